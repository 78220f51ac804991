namespace ShadowProxy.Nodes;

/// <summary>How an attempt to forward a request ended, as far as it says something about the node.</summary>
internal enum Outcome
{
    /// <summary>An answer below 500 came.</summary>
    Answered,

    /// <summary>An answer of 500 or above came.</summary>
    ServerError,

    /// <summary>The connection broke, or what came was no answer.</summary>
    Broken,

    /// <summary>No connection came about; nothing was sent.</summary>
    ConnectFailed,

    /// <summary>As <see cref="ConnectFailed"/>, and the node's host said so itself.</summary>
    ConnectRefused,

    /// <summary>The node let the time run out.</summary>
    TimedOut,

    /// <summary>The client went away, or the attempt was given up: no error, but the node took at least so long.</summary>
    Abandoned,

    /// <summary>The answer was overdue, and another node's came first: no error, but a very slow answer, however soon the attempt was given up.</summary>
    Overtaken,
}

/// <summary>Questions about an <see cref="Outcome"/>.</summary>
internal static class OutcomeExtensions
{
    /// <summary>Whether it speaks against the node.</summary>
    public static bool IsError(this Outcome outcome) =>
        outcome is Outcome.ServerError or Outcome.Broken or Outcome.TimedOut or Outcome.ConnectFailed or Outcome.ConnectRefused;

    /// <summary>Whether nothing of the request was sent.</summary>
    public static bool IsConnectFailure(this Outcome outcome) => outcome is Outcome.ConnectFailed or Outcome.ConnectRefused;

    /// <summary>Whether no answer was waited for any longer.</summary>
    public static bool IsGivenUp(this Outcome outcome) => outcome is Outcome.Abandoned or Outcome.TimedOut or Outcome.Overtaken;

    /// <summary>The outcome as metrics, traces and logs spell it.</summary>
    public static string ToTag(this Outcome outcome) => outcome switch
    {
        Outcome.Answered => "answered",
        Outcome.ServerError => "server_error",
        Outcome.ConnectFailed => "connect_failed",
        Outcome.ConnectRefused => "connection_refused",
        Outcome.TimedOut => "timeout",
        Outcome.Abandoned => "abandoned",
        Outcome.Overtaken => "overtaken",
        _ => "connection_terminated",
    };
}
