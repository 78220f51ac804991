using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Json;
using ShadowProxy.Configuration;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Admin;

/// <summary>What operators find at their listener, and what stands before it.</summary>
internal static class AdminApplication
{
    private const int LongestBody = 64 * 1024;

    /// <summary>So many requests a second, for each caller at each address; twice as many at once.</summary>
    private const int RequestsPerSecond = 200;

    /// <summary>Adds what it needs.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="options">The listener's options.</param>
    /// <param name="proxy">The services of the proxy.</param>
    public static void AddServices(WebApplicationBuilder builder, AdminOptions options, IServiceProvider proxy)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(new SiteRules(BindingAddress.Parse(options.Url).Host));
        services.AddSingleton(new AdminKeys(options));
        services.AddSingleton(proxy.GetRequiredService<TimeProvider>());
        services.AddSingleton(proxy.GetRequiredService<NodeRegistry>());
        services.AddSingleton<AdminSessions>();
        services.AddSingleton<AdminAccess>();
        services.AddSingleton<OperatorControl>(provider =>
        {
            var logger = provider.GetRequiredService<ILogger<AuditedControl>>();
            return user => new AuditedControl(proxy.GetRequiredService<IShadowingControl>(), AdminCaller.From(user), logger);
        });
        services.Configure<JsonOptions>(json => AdminJson.Configure(json.SerializerOptions));
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.GlobalLimiter = CreateLimiter();
            limits.OnRejected = (rejected, _) => new ValueTask(AdminGate.WriteAsync(
                rejected.HttpContext, new AdminRefusal(limits.RejectionStatusCode, "Too many requests.", TimeSpan.FromSeconds(1))));
        });
        AdminDocument.AddTo(services);
        LivePage.AddTo(builder);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = LongestBody;
            if (options.CertificateFile is not null)
                kestrel.ConfigureHttpsDefaults(https => AdminTls.Configure(https, options));
        });
    }

    /// <summary>Puts it together.</summary>
    public static void Use(WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseRouting();
        app.UseMiddleware<AdminGate>();
        app.UseRateLimiter();
        SignIn.Map(app);
        var admin = app.MapGroup("/admin");
        OverviewEndpoints.Map(admin);
        NodeEndpoints.Map(admin);
        FlowEndpoints.Map(admin);
        AdminDocument.Map(app);
        LivePage.Map(app);
    }

    /// <summary>Limits how often each caller calls from each address.</summary>
    public static PartitionedRateLimiter<HttpContext> CreateLimiter() => PartitionedRateLimiter.Create<HttpContext, string>(Partition);

    private static RateLimitPartition<string> Partition(HttpContext context) => context.User.Identity?.Name is { } name
        ? RateLimitPartition.GetTokenBucketLimiter($"{name}@{AdminAccess.AddressOf(context)}", static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 2 * RequestsPerSecond,
            TokensPerPeriod = RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = true,
        })
        : RateLimitPartition.GetNoLimiter("");
}
