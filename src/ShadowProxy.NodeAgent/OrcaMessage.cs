using ShadowProxy.NodeAgent.Protocol;

namespace ShadowProxy.NodeAgent;

/// <summary>Writes a load report as ORCA's message. What is unknown is left at 0, which the message cannot tell from it.</summary>
internal static class OrcaMessage
{
    public static OrcaLoadReport From(NodeReport report)
    {
        var message = new OrcaLoadReport
        {
            CpuUtilization = Known(report.Load.Cpu),
            MemUtilization = Known(report.Load.Memory),
            ApplicationUtilization = Known(report.Load.Application),
            RpsFractional = report.Traffic.RequestsPerSecond,
            Eps = report.Traffic.ErrorsPerSecond,
        };
        foreach (var (name, value) in report.Utilizations.Where(IsTaken))
            message.Utilization[name] = value;
        foreach (var (name, value) in report.NamedMetrics.Where(IsTaken))
            message.NamedMetrics[name] = value;
        return message;
    }

    private static bool IsTaken(KeyValuePair<string, double> metric) => NodeReport.IsTaken(metric.Value);

    private static double Known(double value) => NodeReport.IsTaken(value) ? value : 0;
}
