// Connects the page to the proxy, says when the connection is lost, and loads the page anew when the proxy has been restarted.
(() => {
  const lost = document.getElementById('components-reconnect-modal');
  lost.addEventListener('components-reconnect-state-changed', event => {
    switch (event.detail.state) {
      case 'show':
        if (!lost.open)
          lost.showModal();
        break;
      case 'hide':
        lost.close();
        break;
      case 'failed':
      case 'rejected':
      case 'resume-failed':
        location.reload();
        break;
    }
  });
  lost.querySelector('button').addEventListener('click', () => location.reload());
  Blazor.start({ circuit: { reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: 1000 } } });
})();
