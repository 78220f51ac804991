using Microsoft.AspNetCore.Http;

namespace ShadowProxy.Lab.Backends;

/// <summary>Takes the service time, and does to each request what the fault script says.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, FaultClock clock, SampleBackendOptions options, TimeProvider time)
{
    private const double ServiceSigma = 0.3;

    public async Task InvokeAsync(HttpContext context)
    {
        var (level, dice) = (clock.Level, clock.Dice);
        if (dice.Chance(level.HangRate))
            await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted);

        var delayMs = dice.LogNormal(options.DelayMs, ServiceSigma) + level.ExtraDelayMs;
        if (dice.Chance(level.SlowRate) || SessionShare.Includes(SessionMiddleware.Of(context), level.SlowSessions))
            delayMs += level.SlowMs;
        await Task.Delay(TimeSpan.FromMilliseconds(delayMs), time, context.RequestAborted);

        if (dice.Chance(level.ErrorRate))
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else
            await next(context);
    }
}
