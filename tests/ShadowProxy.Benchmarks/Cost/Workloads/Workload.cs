namespace ShadowProxy.Benchmarks.Cost.Workloads;

/// <summary>One row of the benchmark: what clients ask for, and how they and the nodes are spoken to.</summary>
/// <param name="Name">What <c>--rows</c> calls it.</param>
/// <param name="Title">What the tables call it.</param>
/// <param name="Exchange">What is asked and answered.</param>
/// <param name="Front">How clients speak to the proxy.</param>
/// <param name="Nodes">How the proxy speaks to the nodes.</param>
internal sealed record Workload(string Name, string Title, Exchange Exchange, Wire Front = Wire.Http1, Wire Nodes = Wire.Http1)
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("get", "1 KiB GET", Exchange.Get),
        new("get-64k", "64 KiB GET", Exchange.GetLarge),
        new("post-64k", "64 KiB POST", Exchange.PostLarge),
        new("tls", "1 KiB GET, https in", Exchange.Get, Front: Wire.Https),
        new("http2", "1 KiB GET, h2c in, http/1.1 out", Exchange.Get, Front: Wire.Http2),
        new("grpc", "gRPC unary, h2c end to end", Exchange.Grpc, Wire.Http2, Wire.Http2),
        new("websocket", "WebSocket messages, 64–125 B", Exchange.Message),
    ];

    /// <summary>
    /// What keeps a client on its node: its cookie; with HTTP/2 its connection, since <c>h2load</c> cannot vary cookies.
    /// </summary>
    public bool FlowIsConnection => Front == Wire.Http2;

    /// <summary>Where the request goes.</summary>
    public string Path => Exchange == Exchange.GetLarge ? Serving.NodeApp.LargePath : "/orders/17?expand=lines";
}

/// <summary>How two parties speak.</summary>
internal enum Wire
{
    Http1,

    /// <summary>HTTP/1.1 over TLS.</summary>
    Https,

    /// <summary>HTTP/2 over TCP, by prior knowledge.</summary>
    Http2,
}

/// <summary>What is asked and answered.</summary>
internal enum Exchange
{
    /// <summary>A GET answered with 1 KiB.</summary>
    Get,

    /// <summary>A GET answered with 64 KiB.</summary>
    GetLarge,

    /// <summary>A POST of 64 KiB answered with 1 KiB.</summary>
    PostLarge,

    /// <summary>A gRPC call of 64 B, answered with the same and trailers.</summary>
    Grpc,

    /// <summary>A WebSocket message and its echo.</summary>
    Message,
}
