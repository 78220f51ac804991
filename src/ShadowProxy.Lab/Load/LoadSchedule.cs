namespace ShadowProxy.Lab.Load;

/// <summary>
/// Poisson arrivals, drawn before the load starts: exponential gaps between requests (Knuth, The Art of Computer Programming 2,
/// 3.4.1 D). The sessions come in one by one with the first requests; every later request belongs to a session drawn at random.
/// </summary>
public static class LoadSchedule
{
    private const int Resources = 1_000;
    private const int SmallestBody = 16;
    private const int LargestBody = 256;

    /// <summary>Draws the arrivals in the order of their times, all before <see cref="LoadOptions.Duration"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static IReadOnlyList<LoadArrival> Create(LoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var random = new Random(options.Seed);
        var newcomers = new int[options.Sessions];
        for (var session = 0; session < newcomers.Length; session++)
            newcomers[session] = session;
        random.Shuffle(newcomers);

        var arrivals = new List<LoadArrival>();
        for (var at = Gap(random, options.Rate); at < options.Duration; at += Gap(random, options.Rate))
        {
            var session = arrivals.Count < newcomers.Length ? newcomers[arrivals.Count] : random.Next(options.Sessions);
            var bodySize = random.NextDouble() < options.PostShare ? random.Next(SmallestBody, LargestBody + 1) : 0;
            arrivals.Add(new LoadArrival(at, session, $"/orders/{random.Next(Resources)}", bodySize));
        }
        return arrivals;
    }

    private static TimeSpan Gap(Random random, double rate) => TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / rate);
}
