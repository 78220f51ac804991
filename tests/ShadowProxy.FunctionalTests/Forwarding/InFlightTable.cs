namespace ShadowProxy.FunctionalTests.Forwarding;

/// <summary>How a node fails a request that it has, except for the first, read as a whole.</summary>
public enum Fault
{
    ConnectRefused,
    ClosedBeforeHeaders,
    ResetBeforeHeaders,
    ResetAfterHeaders,
    Hang,
    HangFoundDead,
    Answer503,
    Answer500,
    TruncatedChunk,
    InvalidResponse,
    SlowTrickle,
}

/// <summary>What a client sends.</summary>
public enum Sent
{
    Get,
    Head,
    Put,
    Delete,
    Post,
    PostWithKey,
    PutOf1MB,
    ChunkedPut,
    PostExpect100Continue,
    BodilessPost,
    GrpcUnary,
}

/// <summary>What the client gets, and how often each node read the request as a whole.</summary>
public readonly record struct Ending(string Answer, int Faulty, int Well)
{
    public static Ending Parse(string text) =>
        text.Split(' ', '+') is [var answer, var faulty, var well]
            ? new Ending(answer, int.Parse(faulty), int.Parse(well))
            : throw new FormatException($"'{text}' is not like 'well 1+1'.");

    public override string ToString() => $"{Answer} {Faulty}+{Well}";
}

/// <summary>The tables of <c>InFlightTable.md</c>.</summary>
internal static class InFlightTable
{
    private static readonly string[] Lines = Read();

    /// <summary>How a request ends, by what it is and what befalls it.</summary>
    public static IReadOnlyDictionary<(Sent, Fault), Ending> Outcomes { get; } = ReadOutcomes();

    /// <summary>How it ends otherwise where the nodes speak HTTP/1.1.</summary>
    public static IReadOnlyDictionary<(Sent, Fault), Ending> OverHttp1 { get; } = Rows("Over HTTP/1.1").ToDictionary(
        row => (Name<Sent>(row[0]), Name<Fault>(row[1])), row => Ending.Parse(row[2]));

    /// <summary>What <c>Proxy-Status</c> names where the proxy answers.</summary>
    public static IReadOnlyDictionary<Fault, string> Errors { get; } = Rows("Errors").ToDictionary(row => Name<Fault>(row[0]), row => row[1]);

    /// <summary>What does not exist, with the HTTP versions of the client's side and the nodes', and why.</summary>
    public static IReadOnlyDictionary<(Sent, string Client, string Node), string> Omitted { get; } = Rows("Omitted").ToDictionary(
        row => row[1].Split(" → ") is [var client, var node] ? (Name<Sent>(row[0]), client, node) : throw new FormatException(row[1]), row => row[2]);

    private static Dictionary<(Sent, Fault), Ending> ReadOutcomes()
    {
        var faults = Cells(Table("Outcomes").First())[1..].Select(Name<Fault>).ToArray();
        return (from row in Rows("Outcomes")
                from cell in row[1..].Zip(faults)
                select KeyValuePair.Create((Name<Sent>(row[0]), cell.Second), Ending.Parse(cell.First))).ToDictionary();
    }

    private static IEnumerable<string> Table(string heading) => Lines
        .SkipWhile(line => line != $"## {heading}").Skip(1)
        .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'));

    private static IEnumerable<string[]> Rows(string heading) => Table(heading).Skip(2).Select(Cells);

    private static string[] Cells(string line) => line.Trim('|').Split('|', StringSplitOptions.TrimEntries);

    private static T Name<T>(string text)
        where T : struct, Enum => Enum.Parse<T>([.. text.Where(char.IsLetterOrDigit)], ignoreCase: true);

    private static string[] Read()
    {
        using var stream = typeof(InFlightTable).Assembly.GetManifestResourceStream("InFlightTable.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
    }
}
