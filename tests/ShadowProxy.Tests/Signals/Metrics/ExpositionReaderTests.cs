using System.Globalization;
using System.Text;
using CsCheck;
using ShadowProxy.Signals.Metrics;

namespace ShadowProxy.Tests.Signals.Metrics;

public sealed class ExpositionReaderTests
{
    [Theory]
    [InlineData("m 1", 1)]
    [InlineData("m 1.5e+03 1700000000000", 1500)]
    [InlineData("m{} 2", 2)]
    [InlineData("m{a=\"b\"} 2", 2)]
    [InlineData("m { a = \"b\" , c=\"d\" , }\t3", 3)]
    [InlineData("m{a=\"}, \\\" # \\\\\"} 4", 4)]
    [InlineData("m_total{a=\"b\"} 5 # {trace_id=\"x\"} 0.67 1520879607.7", 5)]
    [InlineData("m -0.25", -0.25)]
    [InlineData("m +Inf", double.PositiveInfinity)]
    [InlineData("m -inf", double.NegativeInfinity)]
    [InlineData("m NaN", double.NaN)]
    public void TryRead_Line_IsItsValue(string line, double value)
    {
        Assert.True(ExpositionSample.TryRead(line, out var sample, out var error), error);

        Assert.StartsWith("m", sample.Name.ToString(), StringComparison.Ordinal);
        Assert.Equal(value, sample.Value);
    }

    [Theory]
    [InlineData("<!DOCTYPE html>", "begins with no metric's name")]
    [InlineData("{\"status\":\"ok\"}", "begins with no metric's name")]
    [InlineData("1m 1", "begins with no metric's name")]
    [InlineData("m", "the value of 'm' is no number")]
    [InlineData("m one", "the value of 'm' is no number")]
    [InlineData("m{a=\"b\" 1", "labels of 'm' cannot be read")]
    [InlineData("m{a=\"b\\\"} 1", "labels of 'm' cannot be read")]
    [InlineData("m{a=b} 1", "labels of 'm' cannot be read")]
    [InlineData("m{\"a\"} 1", "labels of 'm' cannot be read")]
    [InlineData("m{a=\"b\"c=\"d\"} 1", "labels of 'm' cannot be read")]
    public async Task ReadAsync_MalformedLine_SaysWhichAndWhy(string line, string problem)
    {
        var error = await ReadAsync($"# HELP m of a kind\nm 1\n{line}\nm 2\n", Totals());

        Assert.StartsWith("line 3: ", error, StringComparison.Ordinal);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_CommentsBlankLinesAndCarriageReturns_ArePassedOver()
    {
        var totals = Totals();

        Assert.Null(await ReadAsync("# a comment\r\n\r\n# TYPE m gauge\r\nm{a=\"x\"} 1\r\nm{a=\"y\"} 2\r\n# EOF", totals));

        Assert.Equal((3, 2), (totals.ValueOf(0, null), totals.CountOf(0)));
    }

    [Fact]
    public async Task ReadAsync_LineTooLong_IsRejected() =>
        Assert.Contains("longer than 16 KiB", await ReadAsync($"m{{a=\"{new string('x', ExpositionReader.MaxLine)}\"}} 1\n", Totals()), StringComparison.Ordinal);

    [Fact]
    public async Task ReadAsync_LineWithoutEnd_IsRejectedBeforeItEnds() =>
        Assert.Contains("longer than 16 KiB", await ExpositionReader.ReadAsync(new EndlessStream("x"u8.ToArray()), Totals(), default), StringComparison.Ordinal);

    [Fact]
    public async Task ReadAsync_LinesWithoutEnd_AreRejected() =>
        Assert.Contains("longer than 8 MiB", await ExpositionReader.ReadAsync(new EndlessStream("m 1\n"u8.ToArray()), Totals(), default), StringComparison.Ordinal);

    [Fact]
    public async Task ReadAsync_TooManyLabels_IsRejected()
    {
        var labels = string.Join(',', Enumerable.Range(0, 65).Select(i => $"l{i}=\"x\""));

        Assert.Contains("cannot be read", await ReadAsync($"m{{{labels}}} 1\n", Totals()), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAsync_AnyLabelValues_SelectsTheSeriesThatHasThem()
    {
        var text = Gen.String[Gen.OneOf(Gen.Const('"'), Gen.Const('\\'), Gen.Const('\n'), Gen.Const('}'), Gen.Const(','), Gen.Char['a', 'e'], Gen.Const('ü')), 0, 8];
        Gen.Select(text, text, Gen.Double[-1e9, 1e9], Gen.Int[1, 40]).Sample((wanted, other, value, chunk) =>
        {
            var selectors = new MetricSelectors();
            var selector = selectors.Add(new MetricSelector("m", [("a", wanted)]));
            var totals = new MetricTotals(selectors, 0);
            var lines = $"m{{b=\"{Escape(other)}\",a=\"{Escape(wanted)}\"}} {value.ToString("R", CultureInfo.InvariantCulture)}\nm{{a=\"{Escape(other + "x")}\"}} 7\n";

            var error = ExpositionReader.ReadAsync(new ChunkedStream(Encoding.UTF8.GetBytes(lines), chunk), totals, default).GetAwaiter().GetResult();

            Assert.Null(error);
            Assert.Equal(value + (other + "x" == wanted ? 7 : 0), totals.ValueOf(selector, null));
        });
    }

    [Fact]
    public void ReadAsync_AnyBytes_EndsWithoutException() => Gen.Byte.Array[0, 300].Sample(bytes =>
        _ = ExpositionReader.ReadAsync(new MemoryStream(bytes), Totals(), default).GetAwaiter().GetResult());

    [Fact]
    public void ReadAsync_MutatedLines_EndWithoutException()
    {
        var valid = Encoding.UTF8.GetBytes("# TYPE m counter\nm_total{a=\"b\",c=\"d\\\"\"} 1.5e3 17 # {x=\"y\"} 1\nm{mode=\"idle\"} 3\n");
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length - 1], Gen.Byte).Sample((at, one, then, other) =>
        {
            var mutated = valid.ToArray();
            (mutated[at], mutated[then]) = (one, other);
            _ = ExpositionReader.ReadAsync(new MemoryStream(mutated), Totals(), default).GetAwaiter().GetResult();
        });
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private static MetricTotals Totals()
    {
        var selectors = new MetricSelectors();
        selectors.Add(new MetricSelector("m", []));
        return new MetricTotals(selectors, 0);
    }

    private static Task<string?> ReadAsync(string text, MetricTotals totals) =>
        ExpositionReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), totals, TestContext.Current.CancellationToken);

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }

    private sealed class EndlessStream(byte[] part) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var whole = buffer.Length / part.Length * part.Length;
            for (var i = 0; i < whole; i++)
                buffer.Span[i] = part[i % part.Length];
            return ValueTask.FromResult(whole);
        }
    }
}
