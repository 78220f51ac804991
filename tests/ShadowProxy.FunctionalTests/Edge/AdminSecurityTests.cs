using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ShadowProxy.FunctionalTests.Infrastructure;

namespace ShadowProxy.FunctionalTests.Edge;

/// <summary>Who may call the operators' listener, and how.</summary>
public sealed class AdminSecurityTests : IDisposable
{
    private const string Key = "operates-0123456789abcdef";
    private const string ReadKey = "reads-0123456789abcdef";
    private const string ReportKey = "reports-0123456789abcdef";
    private const string Keys = $"\"Key\": \"{Key}\", \"ReadKey\": \"{ReadKey}\"";

    private readonly EdgeFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("GET", "nodes", null, 401)]
    [InlineData("GET", "nodes", "wrong-0123456789abcdef", 401)]
    [InlineData("GET", "nodes", ReadKey, 200)]
    [InlineData("GET", "nodes", Key, 200)]
    [InlineData("GET", "nodes", ReportKey, 401)]
    [InlineData("POST", "nodes/all/node0/evacuate", ReadKey, 403)]
    [InlineData("POST", "nodes/all/node0/evacuate", ReportKey, 401)]
    [InlineData("POST", "nodes/all/node0/evacuate", Key, 204)]
    [InlineData("POST", "nodes/all/node0/failback", ReadKey, 403)]
    [InlineData("POST", "flows/find", ReadKey, 200)]
    [InlineData("POST", "nodes/all/node0/report", ReportKey, 204)]
    [InlineData("POST", "nodes/all/node1/report", ReportKey, 401)]
    [InlineData("POST", "nodes/all/node0/report", ReadKey, 403)]
    [InlineData("POST", "nodes/all/node0/report", Key, 204)]
    public async Task Call_WithAKey_MayDoWhatItsRoleMay(string method, string path, string? key, int status)
    {
        await using var edge = await StartAsync(Keys);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/admin/{path}");
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        if (method == "POST")
            request.Content = Json(path.EndsWith("find", StringComparison.Ordinal) ? """{"facts":{"cookie:sid":"x"}}""" : """{"cpu_utilization":0.5}""");

        using var response = await edge.Admin.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 204, edge.Control.Asked.Count == 1);
    }

    [Fact]
    public async Task Answers_All_TellBrowsersHowLittleTheyMayDo()
    {
        await using var edge = await StartAsync(Keys);
        foreach (var path in new[] { "/admin/nodes", "/", "/admin/session", "/whatever" })
        {
            using var response = await edge.Admin.GetAsync(path);
            Assert.Contains("script-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
            Assert.Equal(["same-origin"], response.Headers.GetValues("Referrer-Policy"));
        }
    }

    [Fact]
    public async Task Browser_WithoutASession_SignsInAndComesBack()
    {
        await using var edge = await StartAsync(Keys);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = edge.Admin.BaseAddress };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        using var sent = await browser.GetAsync("/nodes?sort=score");
        Assert.Equal((HttpStatusCode.Redirect, "/admin/session?return=%2Fnodes%3Fsort%3Dscore"), (sent.StatusCode, sent.Headers.Location?.ToString()));
        Assert.Contains("""value="/nodes?sort=score""", await browser.GetStringAsync(sent.Headers.Location), StringComparison.Ordinal);

        using var wrong = await browser.PostAsync("/admin/session", Form("wrong-0123456789abcdef", "/nodes"));
        Assert.Equal((HttpStatusCode.Unauthorized, false), (wrong.StatusCode, wrong.Headers.Contains("Set-Cookie")));

        using var right = await browser.PostAsync("/admin/session", Form(ReadKey, "/nodes?sort=score"));
        Assert.Equal((HttpStatusCode.SeeOther, "/nodes?sort=score"), (right.StatusCode, right.Headers.Location?.ToString()));
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);

        // The handler kept the cookie.
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/admin/nodes")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/admin/nodes/all/node0/evacuate", null)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/admin/session/end", null)).StatusCode);
        browser.DefaultRequestHeaders.Accept.Clear();
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/admin/nodes")).StatusCode);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("http://evil.example/")]
    [InlineData("")]
    public async Task SignIn_ReturnElsewhere_IsNotFollowed(string elsewhere)
    {
        await using var edge = await StartAsync(Keys);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = edge.Admin.BaseAddress };

        using var response = await browser.PostAsync("/admin/session", Form(Key, elsewhere));

        Assert.Equal("/", response.Headers.Location?.ToString());
    }

    [Fact]
    public async Task WrongKeys_TooMany_Are429AndTheRightOneStillPasses()
    {
        await using var edge = await StartAsync(Keys);
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 20; attempt++)
            statuses.Add((await GetAsync($"wrong-0123456789-{attempt}")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(Key)).StatusCode);

        async Task<HttpResponseMessage> GetAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/nodes");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return await edge.Admin.SendAsync(request);
        }
    }

    [Fact]
    public async Task Requests_TooMany_Are429()
    {
        await using var edge = await StartAsync();
        using var giveUp = new CancellationTokenSource(Patience.Limit);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CallAsync()));

        Assert.False(giveUp.IsCancellationRequested);
        Assert.Equal("Healthy", await edge.Admin.GetStringAsync("/health/ready"));

        async Task CallAsync()
        {
            while ((await edge.Admin.GetAsync("/admin/status", giveUp.Token)).StatusCode == HttpStatusCode.OK)
            {
            }
        }
    }

    [Fact]
    public async Task ClientCertificates_AskedFor_LetThoseOfTheAuthorityOperate()
    {
        using var authority = Authority("operators");
        using var stranger = Authority("strangers");
        File.WriteAllText(_files.PathOf("ca.pem"), authority.ExportCertificatePem());
        _files.WriteCertificate();
        await using var edge = await EdgeFixture.StartAsync(_files.WriteConfig(
            ["http://127.0.0.1:1"], adminUrl: "https://127.0.0.1:0", admin: $$"""
            "CertificateFile": "{{_files.PathOf("tls.crt")}}", "CertificateKeyFile": "{{_files.PathOf("tls.key")}}",
            "ClientCaFile": "{{_files.PathOf("ca.pem")}}"
            """));
        using var operatorClient = Client(edge, Issue(authority, "alice"));
        using var nobody = Client(edge, null);
        using var mallory = Client(edge, Issue(stranger, "mallory"));

        Assert.Equal(HttpStatusCode.NoContent, (await operatorClient.PostAsync("/admin/nodes/all/node0/evacuate", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.PostAsync("/admin/nodes/all/node0/evacuate", null)).StatusCode);
        Assert.Equal("Healthy", await nobody.GetStringAsync("/health/ready"));
        await Assert.ThrowsAsync<HttpRequestException>(() => mallory.GetAsync("/admin/nodes"));
        Assert.Equal(["evacuate all/node0"], edge.Control.Asked);
        Assert.Contains(edge.Logged, line => line.Contains("evacuate all/node0 by alice (Operate) from 127.0.0.1: done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Actions_All_AreInTheAuditLogWithWhoAndOutcome()
    {
        await using var edge = await StartAsync(Keys);
        await PostAsync(Key, "nodes/all/node0/mute", """{"time":"00:10:00"}""");
        await PostAsync(Key, "clusters/all/failback", null);
        await PostAsync(Key, "flows/00000000000000010000000000000002/pin", """{"node":"node9"}""");
        await PostAsync(ReadKey, "nodes/all/node0/restore", null);

        Assert.Collection(
            edge.Logged.Where(line => line.StartsWith("shadowproxy.admin.action", StringComparison.Ordinal)),
            line => Assert.EndsWith("mute 00:10:00 all/node0 by Key (Operate) from 127.0.0.1: done", line, StringComparison.Ordinal),
            line => Assert.EndsWith("failback all by Key (Operate) from 127.0.0.1: done", line, StringComparison.Ordinal),
            line => Assert.EndsWith("pin 00000000000000010000000000000002 to node9 by Key (Operate) from 127.0.0.1: not done: no such node", line, StringComparison.Ordinal),
            line => Assert.Contains("restore /admin/nodes/all/node0/restore by ReadKey (Read) from 127.0.0.1: refused", line, StringComparison.Ordinal));

        async Task PostAsync(string key, string path, string? body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/admin/{path}") { Content = body is null ? null : Json(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await edge.Admin.SendAsync(request);
        }
    }

    private Task<EdgeFixture> StartAsync(string admin = "") =>
        EdgeFixture.StartAsync(_files.WriteConfig(["http://127.0.0.1:1"], admin, metadata: $"\"ReportKey\": \"{ReportKey}\""));

    private static HttpClient Client(EdgeFixture edge, X509Certificate2? certificate)
    {
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        if (certificate is not null)
            handler.ClientCertificates.Add(certificate);
        return new HttpClient(handler) { BaseAddress = edge.Admin.BaseAddress };
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .Create(authority, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(99), [1, 2, 3]);
        return issued.CopyWithPrivateKey(key);
    }

    private static FormUrlEncodedContent Form(string key, string comeBack) =>
        new(new Dictionary<string, string> { ["key"] = key, ["return"] = comeBack });

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
