using System.Net;
using Microsoft.AspNetCore.Http;
using ShadowProxy.Edge.Admin;

namespace ShadowProxy.Tests.Edge;

public sealed class AdminLimitTests
{
    [Fact]
    public void Acquire_OneCallerTooOften_IsRefusedAndNobodyElse()
    {
        using var limiter = AdminApplication.CreateLimiter();
        var acquired = Enumerable.Range(0, 100_000).TakeWhile(_ => Acquires("10.0.0.1", "Key")).Count();

        Assert.InRange(acquired, 400, 99_999);
        Assert.True(Acquires("10.0.0.2", "Key"));
        Assert.True(Acquires("10.0.0.1", "ReadKey"));

        bool Acquires(string address, string name)
        {
            var context = new DefaultHttpContext { User = new AdminCaller(name, AdminRole.Read, address).ToPrincipal() };
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
            using var lease = limiter.AttemptAcquire(context);
            return lease.IsAcquired;
        }
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("::1", "::1")]
    public void AddressOf_Caller_IsWhatHeHasOneOf(string remote, string address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);

        Assert.Equal(address, AdminAccess.AddressOf(context));
    }
}
