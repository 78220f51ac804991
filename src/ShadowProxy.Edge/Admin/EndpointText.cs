namespace ShadowProxy.Edge.Admin;

/// <summary>How endpoints say what they are, for the document and for the audit log.</summary>
internal static class EndpointText
{
    /// <summary>Says it.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="name">Its name, the operation's id.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="problems">The statuses of its errors, besides those that every call may have.</param>
    public static RouteHandlerBuilder Is(this RouteHandlerBuilder endpoint, string name, string summary, params ReadOnlySpan<int> problems)
    {
        endpoint.WithName(name).WithSummary(summary);
        foreach (var status in (ReadOnlySpan<int>)[StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests, .. problems])
            endpoint.ProducesProblem(status);
        return endpoint;
    }
}
