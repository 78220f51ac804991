using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Edge.Clients;
using ShadowProxy.Tests.Connections;

namespace ShadowProxy.Tests.Edge.Clients;

public sealed class ProxyProtocolMiddlewareTests : IDisposable
{
    private static readonly IPEndPoint Proxy = new(IPAddress.Parse("10.0.0.1"), 1);
    private static readonly IPEndPoint Stranger = new(IPAddress.Parse("192.0.2.9"), 1);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger<RejectedConnections> _log = new();
    private readonly Pipe _input = new();
    private readonly ConnectionContext _connection;
    private readonly TrustedProxies _trusted;
    private bool _served;

    public ProxyProtocolMiddlewareTests()
    {
        _connection = InputConnection.Create(_input.Reader);
        _connection.RemoteEndPoint = Proxy;
        _trusted = new TrustedProxies(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("TrustedProxies:0", (string?)"10.0.0.0/8")]).Build());
    }

    public void Dispose()
    {
        _trusted.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task OnConnection_Header_GivesTheConnectionItsEndPoints()
    {
        var running = RunAsync();
        await SendAsync("PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r");
        Assert.False(_served);
        await SendAsync("\n");
        await running;

        Assert.True(_served);
        Assert.Equal(("203.0.113.7:4711", "192.0.2.1:443"), (_connection.RemoteEndPoint?.ToString(), _connection.LocalEndPoint?.ToString()));
    }

    [Fact]
    public async Task OnConnection_HeaderThatDoesNotEnd_IsClosedAfterTheTimeout()
    {
        var running = RunAsync();
        await SendAsync("PROXY TCP4 203.0.113.7 ");
        _time.Advance(ProxyProtocolMiddleware.Timeout);
        await running;

        Assert.False(_served);
        Assert.Contains("10.0.0.1:1 was closed: no whole PROXY protocol header came in time", _log.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("PROXY ", 1)]
    public async Task OnConnection_ThatEnds_IsToldUnlessNothingCame(string beginning, int lines)
    {
        await SendAsync(beginning);
        await _input.Writer.CompleteAsync();
        await RunAsync();

        Assert.False(_served);
        Assert.Equal(lines, _log.Collector.Count);
    }

    [Fact]
    public async Task OnConnection_OfAStranger_IsClosedUnread()
    {
        _connection.RemoteEndPoint = Stranger;
        await SendAsync("PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\n");
        await RunAsync();

        Assert.False(_served);
        Assert.Contains("192.0.2.9:1 was closed: it is not among TrustedProxies", _log.LatestRecord.Message, StringComparison.Ordinal);
    }

    private Task RunAsync()
    {
        var rejected = new RejectedConnections(_services.GetRequiredService<IMeterFactory>(), _time, _log);
        return new ProxyProtocolMiddleware(Serve, _trusted, rejected, _time).OnConnectionAsync(_connection);

        Task Serve(ConnectionContext connection)
        {
            _served = true;
            return Task.CompletedTask;
        }
    }

    private async Task SendAsync(string text) => await _input.Writer.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
}
