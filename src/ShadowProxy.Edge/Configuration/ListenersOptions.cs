namespace ShadowProxy.Edge.Configuration;

/// <summary>The <c>Listeners</c> section: how the proxy and its operators' listener take their addresses.</summary>
internal sealed class ListenersOptions
{
    public const string Section = "Listeners";

    /// <summary>
    /// Lets another <c>shadowproxy</c> of the same user listen on the same addresses, to hand over to it without a pause: the one that started
    /// last takes all new connections. Linux only.
    /// </summary>
    /// <value>Default: false; an address that is taken is an error.</value>
    public bool ReusePort { get; set; }
}
