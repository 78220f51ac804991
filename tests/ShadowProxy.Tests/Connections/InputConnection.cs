using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace ShadowProxy.Tests.Connections;

/// <summary>A connection whose other side is the test. What is written to it is lost.</summary>
internal static class InputConnection
{
    public static ConnectionContext Create(PipeReader input)
    {
        var duplex = new Duplex(input);
        return new DefaultConnectionContext("connection", duplex, duplex);
    }

    private sealed class Duplex(PipeReader input) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = PipeWriter.Create(Stream.Null);
    }
}
