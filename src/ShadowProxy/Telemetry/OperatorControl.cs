using System.Security.Claims;

namespace ShadowProxy.Telemetry;

/// <summary>Gives the control as somebody may use it: what he does is logged under his name, and what he may not do is refused.</summary>
/// <param name="user">Whom the operators' listener recognised.</param>
public delegate IShadowingControl OperatorControl(ClaimsPrincipal user);
