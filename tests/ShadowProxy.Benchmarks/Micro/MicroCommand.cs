using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ShadowProxy.Benchmarks.Micro;

/// <summary><c>micro</c>: single operations under BenchmarkDotNet; further arguments are BenchmarkDotNet's own.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var command = new Command("micro", "Single operations, under BenchmarkDotNet, whose arguments it takes (--filter '*').")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(result =>
        {
            // In process: a generated project would inherit the repository's analyzers and fail on its own code.
            var config = ManualConfig.Create(DefaultConfig.Instance)
                .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator())
                .AddDiagnoser(MemoryDiagnoser.Default);
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run([.. result.UnmatchedTokens], config);
        });
        return command;
    }
}
