using System.Text;
using CsCheck;
using ShadowProxy.Signals;

namespace ShadowProxy.Tests.Signals;

public class OrcaParserTests
{
    private static readonly Gen<double> Share = Gen.Double[0, 1];

    private static readonly Gen<double> Amount = Gen.Double[0, 1e9];

    private static readonly Gen<Dictionary<string, double>> Utilizations = Metrics(Share);

    private static readonly Gen<LoadReport> Reports =
        Gen.Select(OrNone(Amount), OrNone(Share), OrNone(Amount), OrNone(Amount), OrNone(Amount), Utilizations, Metrics(Amount))
            .Select(all => new LoadReport
            {
                CpuUtilization = all.Item1,
                MemoryUtilization = all.Item2,
                ApplicationUtilization = all.Item3,
                RequestsPerSecond = all.Item4,
                ErrorsPerSecond = all.Item5,
                Utilization = all.Item6,
                NamedMetrics = all.Item7,
            });

    [Fact]
    public void TryParse_Text_ReadsAllMetrics()
    {
        var report = Parse("TEXT cpu_utilization=0.3,mem_utilization=0.8,application_utilization=1.5,rps_fractional=100.25,eps=2,"
            + "utilization.queue=0.7,named_metrics.in_flight=12");

        AssertEqual(
            new LoadReport
            {
                CpuUtilization = 0.3,
                MemoryUtilization = 0.8,
                ApplicationUtilization = 1.5,
                RequestsPerSecond = 100.25,
                ErrorsPerSecond = 2,
                Utilization = new Dictionary<string, double> { ["queue"] = 0.7 },
                NamedMetrics = new Dictionary<string, double> { ["in_flight"] = 12 },
            },
            report);
    }

    [Theory]
    [InlineData("TEXT cpu_utilization:0.5")]
    [InlineData("TEXT cpu_utilization = 0.5 , ")]
    [InlineData(" TEXT  ,cpu_utilization=5e-1")]
    [InlineData("""JSON {"cpu_utilization": 0.5}""")]
    [InlineData("""JSON {"cpuUtilization": "0.5", "eps": null, "requestCost": {"a": 1}, "rps": "7"}""")]
    [InlineData("BIN CQAAAAAAAOA/")]
    public void TryParse_SpellingOfTheStandard_IsRead(string header) =>
        AssertEqual(new LoadReport { CpuUtilization = 0.5 }, Parse(header));

    [Fact]
    public void TryParse_GeneratedReport_IsReadBackFromEveryFormat() => Reports.Sample(report =>
    {
        AssertEqual(report, Parse(OrcaWriter.WriteText(report)));
        AssertEqual(report, Parse(OrcaWriter.WriteJson(report)));
        var travels = ZeroAsUnknown(report);
        if (OrcaWriter.WriteMessage(report).Length == 0)
            return;
        AssertEqual(travels, Parse("BIN " + OrcaWriter.WriteBase64(report)));
        AssertEqual(travels, Parse("BIN " + OrcaWriter.WriteBase64(report, padded: false)));
        AssertEqual(travels, Parse(null, OrcaWriter.WriteBase64(report, padded: false)));
    });

    [Fact]
    public void TryParse_BothHeaders_TakesTheBinaryOne()
    {
        var report = new LoadReport { CpuUtilization = 0.25 };

        AssertEqual(report, Parse("TEXT cpu_utilization=0.9", OrcaWriter.WriteBase64(report)));
        Assert.False(OrcaParser.TryParse("TEXT cpu_utilization=0.9", "!", out _, out _));
    }

    [Theory]
    [InlineData("TEXT cpu_utilization=0.5,cpu_utilization=0.5", "'cpu_utilization' is given twice")]
    [InlineData("TEXT named_metrics.a=1,named_metrics.a=1", "'a' is given twice")]
    [InlineData("TEXT cpu_utilization=NaN", "'cpu_utilization' is NaN")]
    [InlineData("TEXT cpu_utilization=Infinity", "'cpu_utilization' is Infinity")]
    [InlineData("TEXT cpu_utilization=1e999", "'cpu_utilization' is Infinity")]
    [InlineData("TEXT eps=-1", "'eps' is -1; a finite number from 0 up would be right")]
    [InlineData("TEXT mem_utilization=1.01", "'mem_utilization' is 1.01; 0 to 1 would be right")]
    [InlineData("TEXT utilization.a=1.01", "'a' is 1.01")]
    [InlineData("TEXT named_metrics.a=-0.1", "'a' is -0.1")]
    [InlineData("TEXT cpu_utilization=0.5,disk=0.1", "'disk' is no known metric")]
    [InlineData("TEXT CPU_utilization=0.5", "'CPU_utilization' is no known metric")]
    [InlineData("TEXT =1", "'' is no known metric")]
    [InlineData("TEXT utilization.=1", "a metric has no name")]
    [InlineData("TEXT named_metrics.=1", "a metric has no name")]
    [InlineData("TEXT cpu_utilization", "'cpu_utilization' has no value")]
    [InlineData("TEXT cpu_utilization=", "the value of 'cpu_utilization' is no number")]
    [InlineData("TEXT cpu_utilization=0,5", "'5' has no value")]
    [InlineData("cpu_utilization=0.5", "'cpu_utilization=0.5' is no format; TEXT, JSON or BIN would be right")]
    [InlineData("text cpu_utilization=0.5", "'text' is no format")]
    [InlineData("", "there is no report")]
    [InlineData(null, "there is no report")]
    [InlineData("JSON", "the JSON cannot be read")]
    [InlineData("JSON {", "the JSON cannot be read")]
    [InlineData("JSON []", "the JSON is no object")]
    [InlineData("""JSON {"eps":1} x""", "the JSON cannot be read")]
    [InlineData("""JSON {"disk":1}""", "'disk' is no known metric")]
    [InlineData("""JSON {"utilization.a":1}""", "'utilization.a' is no known metric")]
    [InlineData("""JSON {"cpu_utilization":0.5,"cpuUtilization":0.5}""", "'cpu_utilization' is given twice")]
    [InlineData("""JSON {"eps":1,"eps":1}""", "the JSON cannot be read")]
    [InlineData("""JSON {"eps":"NaN"}""", "'eps' is NaN")]
    [InlineData("""JSON {"eps":true}""", "the value of 'eps' is no number")]
    [InlineData("""JSON {"eps":"\ud800"}""", "half a surrogate pair")]
    [InlineData("""JSON {"utilization":{"":0.5}}""", "a metric has no name")]
    [InlineData("""JSON {"utilization":{"a":true}}""", "the value of 'a' is no number")]
    [InlineData("""JSON {"utilization":{"a":{}}}""", "the JSON cannot be read")]
    [InlineData("""JSON {"utilization":[1]}""", "the named metrics are no object")]
    [InlineData("BIN !", "the base64 cannot be decoded")]
    [InlineData("BIN C", "the base64 cannot be decoded")]
    [InlineData("BIN CQAAAAAAAOA", "the message cannot be decoded")]
    public void TryParse_AnythingWrong_RejectsTheWholeReportAndSaysWhy(string? header, string reason)
    {
        Assert.False(OrcaParser.TryParse(header, null, out var report, out var error));

        Assert.Null(report);
        Assert.Contains(reason, error);
    }

    [Fact]
    public void TryParse_MessageOfANode_SkipsWhatItDoesNotKnow()
    {
        byte[] message =
        [
            (15 << 3) | 0, 0xff, 0xff, 0x03, (14 << 3) | 5, 1, 2, 3, 4, (3 << 3) | 0, 9, .. OrcaWriter.Bytes(4, [1, 2]),
            .. OrcaWriter.Bytes(13, [1, 2, 3]), .. OrcaWriter.Double(1, 0.5), .. OrcaWriter.Double(11, 7),
        ];

        AssertEqual(new LoadReport { CpuUtilization = 0.5 }, Parse(null, Convert.ToBase64String(message)));
    }

    [Theory]
    [InlineData(new byte[] { 0x80 }, "cannot be decoded")]
    [InlineData(new byte[] { 0x00, 0x01 }, "cannot be decoded")]
    [InlineData(new byte[] { 0x7b, 0x7c }, "cannot be decoded")]
    [InlineData(new byte[] { 0x42, 0x05, 0x0a, 0x01 }, "cannot be decoded")]
    [InlineData(new byte[] { 0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, "cannot be decoded")]
    [InlineData(new byte[] { 0x42, 0x00 }, "a metric has no name")]
    [InlineData(new byte[] { 0x42, 0x03, 0x0a, 0x01, 0xff }, "no UTF-8")]
    [InlineData(new byte[] { 0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x09, 0, 0, 0, 0, 0, 0, 0, 0 }, "given twice")]
    [InlineData(new byte[] { 0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f }, "'cpu_utilization' is NaN")]
    public void TryParse_WrongMessage_IsRejected(byte[] message, string reason)
    {
        Assert.False(OrcaParser.TryParse(null, Convert.ToBase64String(message), out _, out var error));

        Assert.Contains(reason, error);
    }

    [Fact]
    public void TryParse_Limits_AreHeld()
    {
        var most = string.Join(',', Enumerable.Range(0, 32).Select(i => $"named_metrics.m{i}=1,utilization.u{i}=1"));
        var longest = "TEXT cpu_utilization=0.5".PadRight(OrcaParser.MaxLength, ',');

        Assert.True(OrcaParser.TryParse("TEXT " + most, null, out _, out _));
        Assert.False(OrcaParser.TryParse($"TEXT {most},named_metrics.more=1", null, out _, out var error));
        Assert.Equal("more than 64 named metrics", error);
        Assert.True(OrcaParser.TryParse(longest, null, out _, out _));
        Assert.False(OrcaParser.TryParse(longest + ",", null, out _, out error));
        Assert.Equal("the report is longer than 8192 characters", error);
    }

    [Fact]
    public void TryParse_AnyText_ReadsItOrSaysWhyNot() =>
        Gen.Select(Gen.OneOf(Gen.Const(""), Gen.Const("TEXT "), Gen.Const("JSON "), Gen.Const("BIN "), Gen.Const("TEXT eps=1,named_metrics.")), Gen.String)
            .Sample((start, text) => IsReadOrExplained(start + text, null));

    [Fact]
    public void TryParse_AnyBytes_ReadsThemOrSaysWhyNot() => Gen.Byte.Array[0, 60].Sample(bytes =>
        IsReadOrExplained(null, Convert.ToBase64String(bytes)) && IsReadOrExplained("JSON " + Encoding.Latin1.GetString(bytes), null));

    [Fact]
    public void TryParse_MutatedMessage_IsReadOrExplained() =>
        Gen.Select(Reports, Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 1000]).Sample((report, place, value, length) =>
        {
            byte[] message = [.. OrcaWriter.WriteMessage(report), 0];
            message[place % message.Length] = value;
            return IsReadOrExplained(null, Convert.ToBase64String(message, 0, (length % message.Length) + 1));
        });

    [Fact]
    public void TryParse_ShortText_AllocatesTheReportOnly()
    {
        const string header = "TEXT cpu_utilization=0.3,mem_utilization=0.8,rps_fractional=100.25,eps=2";
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new LoadReport());
        var size = GC.GetAllocatedBytesForCurrentThread() - before;
        Parse(header);

        before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            OrcaParser.TryParse(header, null, out _, out _);

        Assert.Equal(10 * size, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool IsReadOrExplained(string? text, string? binary) =>
        OrcaParser.TryParse(text, binary, out var report, out var error) ? report is not null && error is null : error?.Length > 0;

    private static LoadReport Parse(string? text, string? binary = null)
    {
        Assert.True(OrcaParser.TryParse(text, binary, out var report, out var error), error);
        return report;
    }

    private static void AssertEqual(LoadReport expected, LoadReport actual)
    {
        Assert.Equal(expected.Utilization.OrderBy(metric => metric.Key), actual.Utilization.OrderBy(metric => metric.Key));
        Assert.Equal(expected.NamedMetrics.OrderBy(metric => metric.Key), actual.NamedMetrics.OrderBy(metric => metric.Key));
        Assert.Equal(expected, actual with { Utilization = expected.Utilization, NamedMetrics = expected.NamedMetrics });
    }

    private static LoadReport ZeroAsUnknown(LoadReport report) => report with
    {
        CpuUtilization = ZeroAsUnknown(report.CpuUtilization),
        MemoryUtilization = ZeroAsUnknown(report.MemoryUtilization),
        ApplicationUtilization = ZeroAsUnknown(report.ApplicationUtilization),
        RequestsPerSecond = ZeroAsUnknown(report.RequestsPerSecond),
        ErrorsPerSecond = ZeroAsUnknown(report.ErrorsPerSecond),
    };

    private static double ZeroAsUnknown(double value) => value == 0 ? double.NaN : value;

    private static Gen<double> OrNone(Gen<double> values) => Gen.OneOf(values, Gen.Const(double.NaN), Gen.Const(0.0));

    private static Gen<Dictionary<string, double>> Metrics(Gen<double> values) =>
        Gen.Select(Gen.Char["abcdefghijklmnop_.-0123"].Array[1, 12].Select(name => new string(name)), values)
            .Array[0, 6].Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
