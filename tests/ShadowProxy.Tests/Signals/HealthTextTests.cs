using System.Text;
using CsCheck;
using ShadowProxy.Signals;

namespace ShadowProxy.Tests.Signals;

public sealed class HealthTextTests
{
    [Theory]
    [InlineData("Healthy", HealthWord.Healthy)]
    [InlineData(" Degraded\r\n", HealthWord.Degraded)]
    [InlineData("unhealthy", HealthWord.Unhealthy)]
    [InlineData("Healthy indeed", null)]
    [InlineData("", null)]
    [InlineData("""{"status":"Degraded"}""", HealthWord.Degraded)]
    [InlineData("""{ "results": { "status": "Unhealthy", "a": [1, {"status": "Unhealthy"}] }, "Status": "healthy" }""", HealthWord.Healthy)]
    [InlineData("""{"status":"Degraded","results":{"cut off""", HealthWord.Degraded)]
    [InlineData("""{"status":"fine"}""", null)]
    [InlineData("""{"status":1}""", null)]
    [InlineData("""{"status" "Degraded"}""", null)]
    internal void Read_Answer_IsTheWordOfHealthChecksOrNone(string body, HealthWord? word) => Assert.Equal(word, HealthText.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Read_AnyBytes_AreNoError() => Gen.Byte.Array[0, 200].Sample(bytes => HealthText.Read([(byte)'{', .. bytes]) is null or >= HealthWord.Unhealthy);
}
