using System.Diagnostics;
using System.Net.Sockets;

namespace ShadowProxy.FunctionalTests.Infrastructure;

/// <summary>A real HAProxy in front of one server.</summary>
internal sealed class Haproxy : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _stats;

    private Haproxy(Process process, Uri address, string stats) => (_process, Address, _stats) = (process, address, stats);

    /// <summary>Where it is installed; null where it is not.</summary>
    public static string? Program { get; } = InstalledProgram.Find("haproxy");

    /// <summary>Where clients reach it.</summary>
    public Uri Address { get; }

    /// <summary>Starts it, and returns once it listens.</summary>
    /// <param name="file">Where its configuration is written.</param>
    /// <param name="server">The server behind it.</param>
    /// <param name="mode">Its mode and options of the frontend, a line each.</param>
    /// <param name="options">The options of the server.</param>
    public static async Task<Haproxy> StartAsync(string file, Uri server, string mode, string options)
    {
        var port = FreePort.Find();
        var stats = $"{file}.sock";
        await File.WriteAllTextAsync(file, $"""
            global
              stats socket {stats}
            defaults
              {mode.ReplaceLineEndings("\n  ")}
              timeout connect 5s
              timeout client 30s
              timeout server 30s
            frontend clients
              bind 127.0.0.1:{port}
              default_backend edge
            backend edge
              server edge {server.Authority} {options}

            """);
        var process = Process.Start(new ProcessStartInfo(Program!, ["-db", "-f", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await Patience.EventuallyAsync(_ => ListensAsync(port));
        return new Haproxy(process, new UriBuilder(server) { Port = port }.Uri, stats);
    }

    /// <summary>How it sees the server behind it: the columns of <c>show stat</c> by name (HAProxy 2.6 management guide, 9.1).</summary>
    public async Task<IReadOnlyDictionary<string, string>> ServerAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_stats));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync("show stat\n"u8.ToArray());
        using var reader = new StreamReader(stream);
        var lines = (await reader.ReadToEndAsync()).Split('\n').Select(line => line.TrimStart('#', ' ').Split(',')).ToArray();
        var server = lines.Single(line => line is ["edge", "edge", ..]);
        return lines[0].Zip(server).Where(column => column.First.Length > 0).ToDictionary(column => column.First, column => column.Second);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
