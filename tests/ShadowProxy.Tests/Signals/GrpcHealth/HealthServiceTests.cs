using CsCheck;
using ShadowProxy.Signals.GrpcHealth;

namespace ShadowProxy.Tests.Signals.GrpcHealth;

public sealed class HealthServiceTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a.B", "0A03612E42")]
    public void Write_Service_IsAHealthCheckRequest(string service, string message) => Assert.Equal(message, Convert.ToHexString(HealthService.Write(service)));

    [Theory]
    [InlineData("", HealthStatus.Unknown)]
    [InlineData("0801", HealthStatus.Serving)]
    [InlineData("0802", HealthStatus.NotServing)]
    [InlineData("0803", HealthStatus.ServiceUnknown)]
    [InlineData("08FFFFFFFFFFFFFFFFFF01", (HealthStatus)int.MaxValue)]
    [InlineData("12026162" + "0801", HealthStatus.Serving)]
    [InlineData("08", null)]
    [InlineData("FF", null)]
    internal void Read_HealthCheckResponse_IsItsStatus(string message, HealthStatus? status) =>
        Assert.Equal(status, HealthService.Read(Convert.FromHexString(message)));

    [Fact]
    public void Read_AnyBytes_AreNoError() => Gen.Byte.Array[0, 100].Sample(bytes => HealthService.Read(bytes) is null or >= HealthStatus.Unknown);
}
