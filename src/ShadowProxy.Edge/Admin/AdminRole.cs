namespace ShadowProxy.Edge.Admin;

/// <summary>What a caller of the operators' listener may do.</summary>
internal enum AdminRole
{
    /// <summary>What anybody may: sign in.</summary>
    None,

    /// <summary>Hand in load reports of one node.</summary>
    Report,

    /// <summary>Look at everything.</summary>
    Read,

    /// <summary>Everything.</summary>
    Operate,
}

/// <summary>Metadata of an endpoint: which role it asks for. Without it, whoever may read may call a safe method, and the others need <see cref="AdminRole.Operate"/>.</summary>
internal sealed record RequiredRole(AdminRole Role);
