using ShadowProxy.Monitoring;

namespace ShadowProxy.Tests.Monitoring;

public sealed class ThreadCpuTimeTests
{
    [Fact]
    public void Read_FromAnotherThread_IsWhatTheOneHasUsed()
    {
        using var told = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        ThreadCpuTime? ofBusy = null;
        var busy = new Thread(() =>
        {
            ofBusy = ThreadCpuTime.OfThisThread();
            while (ofBusy?.Read() < TimeSpan.FromMilliseconds(50))
                Thread.SpinWait(10_000);
            told.Set();
            end.Wait();
        });
        busy.Start();
        told.Wait(TestContext.Current.CancellationToken);

        Assert.NotNull(ofBusy);
        Assert.InRange(ofBusy.Read()!.Value, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));
        end.Set();
        busy.Join();
        ofBusy.Dispose();
        Assert.Null(ofBusy.Read());
    }
}
