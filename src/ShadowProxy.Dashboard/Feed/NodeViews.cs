using ShadowProxy.Telemetry;

namespace ShadowProxy.Dashboard.Feed;

/// <summary>Says in text what a node's card shows.</summary>
internal static class NodeViews
{
    private const double LeastLatencyMs = 10;
    private const double LeastErrors = 0.05;
    private const double LeastRate = 5;

    /// <summary>The text of a node.</summary>
    public static NodeView Of(NodeStatus status, NodeSeries? series) => new()
    {
        Cluster = status.Cluster,
        Node = status.Node,
        Place = string.Join(" / ", ((string?[])[status.Region, status.Zone]).Where(part => !string.IsNullOrEmpty(part))),
        State = status.State,
        Reason = status.Reason,
        Score = (int)Math.Round(status.Score * 100),
        Taken = Taken(status.Components),
        Admitted = (int)Math.Round(status.AdmittedShare * 100),
        Forecast = Forecast(status),
        Muted = status.ForecastsMutedSeconds > 0
            ? $"Forecasts do not move its flows for {Show.Seconds(Math.Ceiling(status.ForecastsMutedSeconds / 10) * 10)}." : "",
        Evidence = string.Join("; ", status.Evidence.Select(evidence => evidence.Text)),
        Flows = Show.Count(status.Flows),
        Draining = status.Draining > 0 ? Show.Count(status.Draining) : "",
        InFlight = Show.Count(status.InFlight),
        Latency = new(Show.Milliseconds(status.LatencyMs), SparkLine.Points(series?.LatencyMs, LeastLatencyMs)),
        Errors = new(Show.Percent(status.ErrorRate), SparkLine.Points(series?.ErrorRate, LeastErrors)),
        Rate = new(Show.Rate(status.RequestRate), SparkLine.Points(series?.RequestRate, LeastRate)),
    };

    /// <summary>What takes points away, the most first.</summary>
    private static string Taken(IReadOnlyList<ScoreComponent> components) => string.Join(", ",
        from component in components
        where component.Taken >= 0.005
        orderby component.Taken descending
        select $"{component.Name} −{Show.Percent(component.Taken)}");

    private static string Forecast(NodeStatus status)
    {
        if (status.Forecast is not { } forecast || status.FailureProbability < 0.005)
            return "";
        var risk = $"{Show.Percent(forecast.Probability)} likely to fail or degrade within {Show.Seconds(Prediction.Forecast.HorizonSeconds)}";
        return double.IsFinite(forecast.SecondsToSymptom)
            ? $"{risk}: {forecast.Signal} {Show.Value(forecast.Value)} reaches {Show.Value(forecast.Limit)} in {Show.Seconds(forecast.SecondsToSymptom)}"
            : risk;
    }
}
