using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowProxy.Forwarding;

/// <summary>A branch of YARP's pipeline, on which YARP's own extensions can be called.</summary>
internal sealed class ProxyBranch(IApplicationBuilder branch) : IReverseProxyApplicationBuilder
{
    /// <inheritdoc/>
    public IServiceProvider ApplicationServices
    {
        get => branch.ApplicationServices;
        set => branch.ApplicationServices = value;
    }

    /// <inheritdoc/>
    public IFeatureCollection ServerFeatures => branch.ServerFeatures;

    /// <inheritdoc/>
    public IDictionary<string, object?> Properties => branch.Properties;

    /// <inheritdoc/>
    public IApplicationBuilder Use(Func<RequestDelegate, RequestDelegate> middleware) => branch.Use(middleware);

    /// <inheritdoc/>
    public IApplicationBuilder New() => branch.New();

    /// <inheritdoc/>
    public RequestDelegate Build() => branch.Build();
}
