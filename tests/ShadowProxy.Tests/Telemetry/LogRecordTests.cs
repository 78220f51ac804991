using System.Reflection;
using Microsoft.Extensions.Logging;
using ShadowProxy.Edge.Telemetry;
using ShadowProxy.Telemetry;

namespace ShadowProxy.Tests.Telemetry;

public sealed class LogRecordTests
{
    private static readonly LoggerMessageAttribute[] Records =
    [
        .. from assembly in (Assembly[])[typeof(ShadowingLog).Assembly, typeof(EdgeLog).Assembly]
           from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           select method.GetCustomAttribute<LoggerMessageAttribute>() into record
           where record is not null
           select record,
    ];

    [Fact]
    public void Records_HaveEventNamesInOneNamespace()
    {
        Assert.NotEmpty(Records);
        Assert.All(Records, record => Assert.Matches("^shadowproxy(\\.[a-z_]+)+$", record.EventName));
    }

    [Fact]
    public void Records_HaveIdsOfTheirOwn() => Assert.Equal(Records.Length, Records.DistinctBy(record => record.EventId).Count());
}
