using System.Security.Claims;

namespace ShadowProxy.Edge.Admin;

/// <summary>Who calls.</summary>
/// <param name="Name">By what he was recognised, such as <c>Key</c> or the name in a certificate; never the secret.</param>
/// <param name="Role">What he may do.</param>
/// <param name="Address">Where he calls from.</param>
internal sealed record AdminCaller(string Name, AdminRole Role, string Address)
{
    private const string AuthenticationType = "ShadowProxy";

    /// <summary>Whether he may call what asks for a role.</summary>
    public bool May(AdminRole required) => required == AdminRole.None || Role == required || Role == AdminRole.Operate;

    /// <summary>As others in the pipeline, and the live page, see him.</summary>
    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, Name), new Claim(ClaimTypes.Role, Role.ToString().ToLowerInvariant()), new Claim(ClaimTypes.Uri, Address)],
        AuthenticationType));

    /// <summary>The caller that <see cref="ToPrincipal"/> wrote down; nobody, who may do nothing, where it was not.</summary>
    public static AdminCaller From(ClaimsPrincipal user) => user.Identity is { AuthenticationType: AuthenticationType, Name: { } name }
        && Enum.TryParse<AdminRole>(user.FindFirstValue(ClaimTypes.Role), ignoreCase: true, out var role)
            ? new AdminCaller(name, role, user.FindFirstValue(ClaimTypes.Uri) ?? "")
            : new AdminCaller("nobody", AdminRole.None, "");
}
