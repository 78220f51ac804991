using Microsoft.AspNetCore.Http;
using ShadowProxy.Configuration;
using ShadowProxy.Forwarding;
using ShadowProxy.Forwarding.Hedging;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Signatures;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Tests.Forwarding;

/// <summary>Requests on their way, without a server.</summary>
internal static class Flows
{
    public static FlowContext Of(HttpContext context)
    {
        if (context.Request.Method.Length == 0)
            context.Request.Method = HttpMethods.Get;
        var settings = new ShadowingSettings(new ShadowingOptions(), SignatureKey.FromText("x"));
        var route = new RouteModel(new RouteConfig { RouteId = "route" }, cluster: null, HttpTransformer.Default);
        return new FlowContext(context, new ReverseProxyFeature(), new RouteBinding(route, new ShadowCluster("cluster"), settings, new RouteNorm(), new OverdueQueue(TimeProvider.System)));
    }
}
