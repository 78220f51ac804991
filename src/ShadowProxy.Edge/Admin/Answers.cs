using ShadowProxy.Telemetry;

namespace ShadowProxy.Edge.Admin;

/// <summary>Answers that several endpoints give.</summary>
internal static class Answers
{
    /// <summary>Nothing more to say, or why it was not done.</summary>
    public static IResult Of(OperatorResult result) => result switch
    {
        { Done: true } => Results.NoContent(),
        { RetryAfter: not null } => Problem(StatusCodes.Status429TooManyRequests, result.Error!),
        _ => Problem(StatusCodes.Status409Conflict, result.Error ?? "It was not possible."),
    };

    /// <summary>An error.</summary>
    public static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}
