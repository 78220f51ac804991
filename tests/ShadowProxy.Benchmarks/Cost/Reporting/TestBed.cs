using System.Reflection;
using System.Runtime.InteropServices;
using ShadowProxy.Benchmarks.Cost.Loads;
using ShadowProxy.Benchmarks.Processes;
using Yarp.ReverseProxy.Configuration;

namespace ShadowProxy.Benchmarks.Cost.Reporting;

/// <summary>What the measurement ran on and with.</summary>
internal static class TestBed
{
    public static string Machine
    {
        get
        {
            var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
            var processor = model?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
            return $"{Environment.ProcessorCount} cores ({processor}), Linux {Environment.OSVersion.Version}";
        }
    }

    public static string ShadowProxyVersion => VersionOf(typeof(TestBed).Assembly);

    public static async Task<IReadOnlyList<string>> GetVersionsAsync(CancellationToken cancellation)
    {
        var versions = new List<string>
        {
            RuntimeInformation.FrameworkDescription,
            $"YARP {VersionOf(typeof(RouteConfig).Assembly)}",
            $"ShadowProxy {ShadowProxyVersion}",
        };
        foreach (var (program, argument) in (IEnumerable<(string?, string)>)
            [(Tool.Find("haproxy"), "-v"), (Tool.Find("nginx"), "-v"), (LoadTools.Wrk, "-v"), (LoadTools.H2Load, "--version")])
        {
            if (program is not null)
                versions.Add(await Tool.VersionAsync(program, argument, cancellation));
        }

        return versions;
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
