using CsCheck;
using ShadowProxy.Edge.Evaluation;

namespace ShadowProxy.Tests.Edge.Evaluation;

public sealed class AlarmFiguresTests
{
    private const double Hour = 3600;
    private const double Day = 24 * Hour;

    [Theory]
    [InlineData(-1, 0, 0, 1)]
    [InlineData(0, 1, 1, 0)]
    [InlineData(120, 1, 1, 0)]
    [InlineData(121, 1, 0, 0)]
    [InlineData(Hour, 1, 0, 0)]
    [InlineData(Hour + 1, 0, 0, 0)]
    [InlineData(Hour + AlarmFigures.AftermathSeconds, 0, 0, 0)]
    [InlineData(Hour + AlarmFigures.AftermathSeconds + 1, 0, 0, 1)]
    public void Of_AnAlarm_CountsByWhereItFalls(double afterStart, int met, int promptly, int falseAlarms)
    {
        var figures = AlarmFigures.Of(Node(new Incident(Day, Day + Hour)), [new Alarm(Day + afterStart, 5)]);

        Assert.Equal((1, met, promptly, falseAlarms), (figures.Incidents, figures.Met, figures.MetPromptly, figures.FalseAlarms));
        Assert.Equal(2 - ((Hour + AlarmFigures.AftermathSeconds) / Day), figures.QuietDays, 1e-9);
    }

    [Fact]
    public void Of_ManyAlarmsInAnIncident_MeetItOnce()
    {
        var figures = AlarmFigures.Of(Node(new Incident(Day, Day + Hour)), [new Alarm(Day + 60, 5), new Alarm(Day + 600, 6), new Alarm(Day + 900, 8)]);

        Assert.Equal((1, 1, 0, 3), (figures.Met, figures.MetPromptly, figures.FalseAlarms, figures.Alarms));
    }

    [Fact]
    public void Of_RotatedAlarms_MeetAsMuchAsTheyCover()
    {
        // An incident that fills a quarter of the span: a single alarm that is moved about meets it in a quarter of the places.
        var figures = AlarmFigures.Of(Node(new Incident(Day, 1.5 * Day)), [new Alarm(Day, 5)]);

        Assert.Equal(1, figures.Recall);
        Assert.Equal(0.25, figures.ChanceRecall, 0.03);
    }

    [Fact]
    public void Of_IncidentsThatOverlap_CountTheirTimeOnce()
    {
        var figures = AlarmFigures.Of(Node(new Incident(Day, Day + Hour), new Incident(Day + 1800, Day + Hour)), []);

        Assert.Equal(2 - ((Hour + AlarmFigures.AftermathSeconds) / Day), figures.QuietDays, 1e-9);
        Assert.Equal((2, 0, 0.0), (figures.Incidents, figures.Met, figures.FalseAlarmsPerDay));
    }

    [Fact]
    public void Of_AnyAlarms_AddsUp() => Gen.Double[0, 2 * Day - 1].Array[0, 30].Sample(times =>
    {
        var node = Node(new Incident(Hour, 2 * Hour), new Incident(Day, Day + Hour));
        var figures = AlarmFigures.Of(node, [.. times.Order().Select(time => new Alarm(time, 4))]);
        Assert.InRange(figures.MetPromptly, 0, figures.Met);
        Assert.True(figures.Met + figures.FalseAlarms <= figures.Alarms);
        Assert.Equal(figures.Recall, (figures + figures).Recall);
        Assert.Equal(2 * figures.QuietDays, (figures + figures).QuietDays);
    });

    private static RecordedNode Node(params Incident[] incidents) => new()
    {
        Name = "n",
        Signals = [],
        Times = [],
        Values = [],
        From = 0,
        To = 2 * Day,
        Incidents = incidents,
    };
}
