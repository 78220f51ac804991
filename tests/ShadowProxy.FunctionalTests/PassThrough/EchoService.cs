using Grpc.Core;

namespace ShadowProxy.FunctionalTests.PassThrough;

/// <summary>Each stream answers a note at once, so that a proxy that held messages back would stop the exchange.</summary>
internal sealed class EchoService(EchoGate gate) : Echo.EchoBase
{
    public override Task<Note> Unary(Note request, ServerCallContext context) => request.Text == "fail"
        ? throw new RpcException(new Status(StatusCode.FailedPrecondition, "as asked"))
        : Task.FromResult(request);

    public override async Task ServerStream(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < 3; i++)
        {
            await responseStream.WriteAsync(new Note { Text = $"{request.Text}{i}" }, context.CancellationToken);
            await gate.Received.WaitAsync(context.CancellationToken);
        }

        context.ResponseTrailers.Add("sent", "3");
    }

    public override async Task<Note> ClientStream(IAsyncStreamReader<Note> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        await foreach (var note in requestStream.ReadAllAsync(context.CancellationToken))
            texts.Add(note.Text);
        return new Note { Text = string.Join(',', texts) };
    }

    public override async Task Duplex(
        IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        await foreach (var note in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(note, context.CancellationToken);
    }
}

/// <summary>Released by the client for each message that it has received.</summary>
internal sealed class EchoGate : IDisposable
{
    public SemaphoreSlim Received { get; } = new(0);

    public void Dispose() => Received.Dispose();
}
