using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ShadowProxy.Edge.Hosting;

namespace ShadowProxy.Tests.Edge;

public sealed class InlineTransportTests
{
    private static readonly IPEndPoint Listener = new(IPAddress.Any, 8080);

    [Theory]
    [InlineData("Kestrel:Endpoints:a:Url=http://*:8080", true)]
    [InlineData("Kestrel:Endpoints:a:Url=http://*:8081", false)]
    [InlineData("Kestrel:Endpoints:a:Url=https://*:8080", false)]
    [InlineData("Kestrel:Endpoints:a:Url=http://*:8080,Kestrel:Endpoints:a:Protocols=Http2", false)]
    [InlineData("Kestrel:Endpoints:a:Url=http://*:8080,Kestrel:Endpoints:a:Protocols=http1AndHttp2", true)]
    [InlineData("Kestrel:Endpoints:a:Url=http://*:8080,Kestrel:EndpointDefaults:Protocols=Http2", false)]
    [InlineData("Kestrel:Endpoints:a:Url=http://*:8080,Kestrel:EndpointDefaults:Protocols=Http2,Kestrel:Endpoints:a:Protocols=Http1", true)]
    [InlineData("Kestrel:Endpoints:a:Url=https://*:443,Kestrel:Endpoints:b:Url=http://*:8080", true)]
    [InlineData("urls=https://*:443;http://localhost:8080", true)]
    [InlineData("urls=http://localhost:8080,Kestrel:Endpoints:a:Url=http://*:81", false)]
    [InlineData("http_ports=80;8080", true)]
    [InlineData("https_ports=8080", false)]
    public void CanBind_Listener_OnlyOfHttp1InTheClear(string configuration, bool expected)
    {
        var values = configuration.Split(',').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        var options = new OptionsFactory<SocketTransportOptions>([], []);
        var transport = new InlineTransport(
            options, NullLoggerFactory.Instance, new ConfigurationBuilder().AddInMemoryCollection(values).Build());

        Assert.Equal(expected, transport.CanBind(Listener));
    }

    [Fact]
    public void CanBind_UnixSocket_IsLeftToKestrel()
    {
        var transport = new InlineTransport(
            new OptionsFactory<SocketTransportOptions>([], []), NullLoggerFactory.Instance, new ConfigurationBuilder().Build());

        Assert.False(transport.CanBind(new System.Net.Sockets.UnixDomainSocketEndPoint("s")));
    }
}
