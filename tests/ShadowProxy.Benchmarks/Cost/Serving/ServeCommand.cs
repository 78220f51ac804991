using System.CommandLine;
using ShadowProxy.Benchmarks.Cost.Workloads;

namespace ShadowProxy.Benchmarks.Cost.Serving;

/// <summary>What a child process of the benchmark serves.</summary>
internal enum Role
{
    /// <summary>The nodes.</summary>
    Backend,

    /// <summary>YARP as it comes.</summary>
    Plain,

    /// <summary>YARP with ShadowProxy.</summary>
    Shadow,
}

/// <summary><c>serve</c>: the child's side.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var role = new Argument<Role>("role");
        var backends = new Option<string[]>("--backend") { AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var front = new Option<Wire>("--front");
        var nodes = new Option<Wire>("--nodes");
        var certificate = new Option<string?>("--certificate");
        var key = new Option<string?>("--key");
        var reports = new Option<bool>("--reports");
        var command = new Command("serve", "A child process of `cost`.") { role, backends, front, nodes, certificate, key, reports };
        command.Hidden = true;
        command.SetAction(result =>
        {
            var listener = new Listener(result.GetValue(certificate), result.GetValue(key));
            return ServeProtocol.ServeAsync(result.GetValue(role) == Role.Backend
                ? NodeApp.Build(listener, result.GetValue(front), result.GetValue(nodes), result.GetValue(reports))
                : ProxyApp.Build(
                    listener,
                    result.GetValue(front),
                    result.GetValue(backends)!,
                    result.GetValue(nodes),
                    shadowing: result.GetValue(role) == Role.Shadow));
        });
        return command;
    }

    /// <summary>The arguments that make a child serve a workload.</summary>
    public static string[] Arguments(Workload workload, ServerCertificate certificate) =>
    [
        "--front", $"{workload.Front}", "--nodes", $"{workload.Nodes}",
        "--certificate", certificate.CertificatePath, "--key", certificate.KeyPath,
    ];
}
