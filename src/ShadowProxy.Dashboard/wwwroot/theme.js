// Chooses dark or light before anything is drawn: as the person chose on this page, else as the system says.
(() => {
  const key = 'shadowproxy-theme';
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const apply = () => { document.documentElement.dataset.theme = chosen() ?? (system.matches ? 'dark' : 'light'); };
  system.addEventListener('change', apply);
  document.addEventListener('click', event => {
    if (!event.target.closest('[data-theme-toggle]'))
      return;
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    try { localStorage.setItem(key, next); } catch { /* A browser that keeps nothing still shows it. */ }
    document.documentElement.dataset.theme = next;
  });
  apply();
})();
