using ShadowProxy.Benchmarks.Cost.Reporting;
using ShadowProxy.Benchmarks.Scale.Flood;
using ShadowProxy.Benchmarks.Scale.Pages;
using ShadowProxy.Benchmarks.Scale.Reporting;

namespace ShadowProxy.Benchmarks.Scale;

/// <summary>Measures the parts asked for, one after the other.</summary>
/// <param name="options">What to measure.</param>
/// <param name="output">Where progress and results go.</param>
/// <param name="time">Dates the report.</param>
internal sealed class ScaleBenchmark(ScaleOptions options, TextWriter output, TimeProvider time)
{
    /// <summary>Measures.</summary>
    /// <param name="command">What was called, for the report.</param>
    /// <param name="cancellation">Ends it after the part at hand, the flood at once.</param>
    public async Task<ScaleReport> RunAsync(string command, CancellationToken cancellation)
    {
        var report = new ScaleReport(command, time.GetUtcNow(), TestBed.Machine, TestBed.ShadowProxyVersion, Sections: []);
        foreach (var part in options.Parts)
        {
            if (cancellation.IsCancellationRequested)
                break;
            var section = await MeasureAsync(part, cancellation);
            report = report with { Sections = [.. report.Sections, section] };
            output.WriteLine($"\n{section.Title}\n\n{section.ToTable()}\n\n{section.Method}\n");
        }

        return report;
    }

    private async Task<ScaleSection> MeasureAsync(ScalePart part, CancellationToken cancellation) => part switch
    {
        ScalePart.Maps => MapMeasurement.Run(output.WriteLine),
        ScalePart.Sizes => SizeMeasurement.Run(options.Sizes, output.WriteLine),
        ScalePart.Stalls => StallMeasurement.Run(output.WriteLine),
        ScalePart.Trigger => TriggerMeasurement.Run(output.WriteLine),
        ScalePart.Monitor => MonitorMeasurement.Run(output.WriteLine),
        ScalePart.Detector => DetectorMeasurement.Run(output.WriteLine),
        ScalePart.Pages => await new PagesMeasurement(time, output.WriteLine).RunAsync(cancellation),
        _ => await new FloodMeasurement(options.Signatures, time, output.WriteLine).RunAsync(cancellation),
    };
}
