using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ShadowProxy.NodeAgent;

/// <summary>Lets who deploys the application drain it over HTTP, and learn when it is empty.</summary>
/// <param name="port">The local port on which it answers.</param>
internal sealed class DrainEndpoint(int port)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<NodeAgentOptions>>().Value;
        var drain = context.RequestServices.GetRequiredService<INodeDrain>();
        if (context.Connection.LocalPort != port)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (!IsAllowed(context.Connection.RemoteIpAddress, options))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else if (HttpMethods.IsDelete(context.Request.Method))
        {
            drain.Resume();
            await context.Response.WriteAsync("stays\n", context.RequestAborted);
        }
        else
        {
            drain.Drain();
            var empty = await drain.WhenEmptyAsync(options.DrainTimeout, context.RequestAborted);
            var inFlight = context.RequestServices.GetRequiredService<TrafficCounter>().InFlight;
            context.Response.StatusCode = empty ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync(
                empty ? "empty\n" : $"not empty after {options.DrainTimeout.TotalSeconds:0.#} s: {inFlight} requests in flight\n", context.RequestAborted);
        }
    }

    private static bool IsAllowed(IPAddress? caller, NodeAgentOptions options)
    {
        if (caller is null)
            return false;
        var address = caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller;
        return IPAddress.IsLoopback(address) || options.DrainFrom.Any(network => network.Contains(address));
    }
}
