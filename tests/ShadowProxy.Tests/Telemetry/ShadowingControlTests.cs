using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using ShadowProxy.Configuration;
using ShadowProxy.Forwarding;
using ShadowProxy.Migration;
using ShadowProxy.Monitoring;
using ShadowProxy.Nodes;
using ShadowProxy.Telemetry;
using ShadowProxy.Tests.Nodes;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace ShadowProxy.Tests.Telemetry;

public sealed class ShadowingControlTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly ShadowingSettingsProvider _provider;
    private readonly RouteBindings _bindings;
    private readonly ShadowingControl _control;

    public ShadowingControlTests()
    {
        _engine.SetNodes(4);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Shadowing:SignatureKey"] = "0123456789abcdef",
            ["Shadowing:Defaults:Failback"] = "Ramp",
            ["Shadowing:Clusters:orders:Probe:Interval"] = "00:00:05",
            ["Shadowing:Routes:all:Signature"] = "cookie:sid|client.address/24 + header:X-Tenant",
        }).Build();
        _provider = new ShadowingSettingsProvider(configuration.GetSection("Shadowing"), NullLogger<ShadowingSettingsProvider>.Instance);
        _bindings = new RouteBindings(_engine.Registry, _provider, _engine.Time);
        var routes = new OneRoute();
        _control = new ShadowingControl(
            _engine.Registry, _engine.Tables, _engine.Redirection, _engine.Monitor, new FlowLookup(routes, _bindings),
            new StatusReader(_engine.Registry, _engine.Tables, _engine.Time), new SettingsReader(_provider, _engine.Registry, routes, new Lines()),
            _engine.Events, _engine.Time);
    }

    public void Dispose()
    {
        _bindings.Dispose();
        _provider.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void FailBack_Cluster_FlowsThatWereAwayGoHome()
    {
        var (home, flow) = Displace();

        Assert.True(_control.FailBack(TestEngine.ClusterId, null).Done);

        Assert.Same(home, _engine.Choose(flow).Node);
        Assert.Contains(_control.GetEvents(), told => told.Name == "shadowproxy.operator" && told.Text.Contains("failback", StringComparison.Ordinal));
    }

    [Fact]
    public void FailBack_WhatIsUnknownOrNotWell_IsRefusedWithAReason()
    {
        var (home, flow) = Displace();
        TestEngine.Publish(home, 1, NodeState.Probation);

        Assert.Contains("'nowhere'", _control.FailBack("nowhere", null).Error, StringComparison.Ordinal);
        Assert.Contains("'n9'", _control.FailBack(TestEngine.ClusterId, "n9").Error, StringComparison.Ordinal);
        Assert.Contains("healthy", _control.FailBack(TestEngine.ClusterId, home.Id).Error, StringComparison.Ordinal);
        Assert.NotSame(home, _engine.Choose(flow).Node);
    }

    [Fact]
    public void MuteForecasts_ForATime_IsToldUntilItIsOver()
    {
        Assert.True(_control.MuteForecasts(TestEngine.ClusterId, "n1", TimeSpan.FromMinutes(10)).Done);
        _engine.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(360, _control.GetNodes().Single(node => node.Node == "n1").ForecastsMutedSeconds, 0.1);
        Assert.Equal(0, _control.GetNodes().Single(node => node.Node == "n2").ForecastsMutedSeconds);

        Assert.True(_control.MuteForecasts(TestEngine.ClusterId, "n1", TimeSpan.Zero).Done);
        Assert.Equal(0, _control.GetNodes().Single(node => node.Node == "n1").ForecastsMutedSeconds);
        Assert.False(_control.MuteForecasts(TestEngine.ClusterId, "n1", TimeSpan.FromDays(2)).Done);
        Assert.False(_control.MuteForecasts(TestEngine.ClusterId, "n9", TimeSpan.FromMinutes(1)).Done);
    }

    [Fact]
    public void GetEvacuations_FlowsLeave_CountsThemByWhereTheyWent()
    {
        var before = Enumerable.Range(0, 200).Select(i => _engine.Choose(i).Node!).ToArray();
        var node = before[0];
        _engine.Events.NodeStateChanged(node, new StateChange(NodeState.Healthy, NodeState.Evacuating, MigrationReason.Degraded, [], "slow"));
        TestEngine.Publish(node, 0.5);

        var after = Enumerable.Range(0, 200).Select(i => _engine.Choose(i).Node!).ToArray();

        var evacuation = Assert.Single(_control.GetEvacuations());
        var moved = Enumerable.Range(0, 200).Where(i => before[i] != after[i]).ToArray();
        Assert.Equal((node.Id, 0.5, moved.Length, node.Flows), (evacuation.Node, evacuation.AdmittedShare, evacuation.FlowsMoved, evacuation.FlowsLeft));
        Assert.Equal(moved.CountBy(i => after[i].Id).OrderBy(pair => pair.Key).Select(pair => (pair.Key, (long)pair.Value)), evacuation.Targets.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(_engine.Time.GetUtcNow(), evacuation.Since);

        // The next one counts anew.
        TestEngine.Publish(node, 1, NodeState.Healthy);
        Assert.Empty(_control.GetEvacuations());
        _engine.Events.NodeStateChanged(node, new StateChange(NodeState.Suspect, NodeState.Evacuating, MigrationReason.Degraded, [], "slow"));
        TestEngine.Publish(node, 0.5);
        Assert.Equal(0, Assert.Single(_control.GetEvacuations()).FlowsMoved);
    }

    [Fact]
    public void GetMigrations_OfAFlow_IsItsHistory()
    {
        var (home, flow) = Displace();
        _control.FailBack(TestEngine.ClusterId, null);
        var away = _control.GetFlow(TestEngine.Flow(flow))!.Primary!;
        _engine.Choose(flow);

        var history = _control.GetMigrations(TestEngine.Flow(flow));

        Assert.Equal(
            [(away, home.Id, MigrationReason.FailedBack), (home.Id, away, MigrationReason.Degraded)],
            history.Select(move => (move.From, move.To, move.Reason)));
        Assert.True(history[0].Id > history[1].Id);
    }

    [Fact]
    public void GetSeries_AfterTicks_HasAValueASecond()
    {
        for (var tick = 0; tick < 35; tick++)
        {
            _engine.Time.Advance(FlowMonitor.Interval);
            _engine.Monitor.Tick();
        }

        Assert.Equal([1, 1, 1, 1], _control.GetSeries(TestEngine.ClusterId, "n0")!.AdmittedShare);
        Assert.Null(_control.GetSeries(TestEngine.ClusterId, "n9"));
    }

    [Theory]
    [InlineData(SettingScope.Cluster, "Failback", "Ramp", SettingOrigin.Defaults, "line of Shadowing:Defaults:Failback")]
    [InlineData(SettingScope.Cluster, "Probe:Interval", "00:00:05", SettingOrigin.Own, "line of Shadowing:Clusters:orders:Probe:Interval")]
    [InlineData(SettingScope.Cluster, "Mode", "Active", SettingOrigin.BuiltIn, null)]
    [InlineData(SettingScope.Route, "Signature", "cookie:sid | client.address/24 + header:X-Tenant", SettingOrigin.Own, "line of Shadowing:Routes:all:Signature")]
    [InlineData(SettingScope.Route, "Hedging", "true", SettingOrigin.BuiltIn, null)]
    [InlineData(SettingScope.Route, "Lifetime", null, SettingOrigin.BuiltIn, null)]
    [InlineData(SettingScope.Proxy, "Capacity", "1000000", SettingOrigin.BuiltIn, null)]
    [InlineData(SettingScope.Proxy, "SignatureKey", "(secret)", SettingOrigin.Own, "line of Shadowing:SignatureKey")]
    [InlineData(SettingScope.Proxy, "Admin:Url", "http://127.0.0.1:9901", SettingOrigin.BuiltIn, null)]
    public void GetSettings_Each_HasItsValueAndWhereItComesFrom(SettingScope scope, string name, string? value, SettingOrigin origin, string? source)
    {
        var setting = Assert.Single(_control.GetSettings(), setting => setting.Scope == scope && setting.Name == name);

        Assert.Equal((value, origin, source), (setting.Value, setting.Origin, setting.Source));
    }

    [Theory]
    [InlineData("cookie:sid", "abc", 1)]
    [InlineData("cookie", " \"abc\" ", 1)]
    [InlineData("cookie:SID", "abc", 0)]
    [InlineData("client.address", "10.1.2.3", 0)]
    [InlineData("client.address", "nonsense", 0)]
    public void FindFlows_FactsGiven_ComputesWhatTheySufficeFor(string component, string value, int matches)
    {
        var found = _control.FindFlows(new FlowQuery { Facts = new Dictionary<string, string> { [component] = value } });

        Assert.Equal(matches, found.Count);
        Assert.All(found, match => Assert.Equal(("all", "orders", "cookie:sid", null), (match.Route, match.Cluster, match.By, match.Flow)));
    }

    [Fact]
    public void FindFlows_AddressOfTheSamePrefix_IsTheSameFlow()
    {
        Assert.Equal(Find("10.1.2.3").Signature, Find("10.1.2.200").Signature);
        Assert.NotEqual(Find("10.1.2.3").Signature, Find("10.1.3.3").Signature);

        FlowMatch Find(string address) => Assert.Single(_control.FindFlows(new FlowQuery
        {
            Cluster = "ORDERS",
            Facts = new Dictionary<string, string> { ["client.address"] = address, ["header:x-tenant"] = "blue" },
        }));
    }

    [Fact]
    public void FindFlows_OfAnotherRoute_IsNone() =>
        Assert.Empty(_control.FindFlows(new FlowQuery { Route = "other", Facts = new Dictionary<string, string> { ["cookie:sid"] = "abc" } }));

    /// <summary>Moves a flow off its home, which is healthy again a second later.</summary>
    private (Node Home, int Flow) Displace()
    {
        var home = _engine.Choose(1).Node!;
        TestEngine.Publish(home, 0);
        _engine.Choose(1);
        home.Health = NodeHealth.Unknown;
        _engine.Time.Advance(TimeSpan.FromSeconds(1));
        return (home, 1);
    }

    private sealed class Lines : ISettingLocator
    {
        public string Find(string path) => $"line of {path}";
    }

    private sealed class OneRoute : IProxyStateLookup
    {
        private readonly RouteModel _route = new(
            new RouteConfig { RouteId = "all", ClusterId = TestEngine.ClusterId }, new ClusterState(TestEngine.ClusterId), HttpTransformer.Default);

        public bool TryGetRoute(string id, [NotNullWhen(true)] out RouteModel? route) => (route = _route) is not null;

        public IEnumerable<RouteModel> GetRoutes() => [_route];

        public bool TryGetCluster(string id, [NotNullWhen(true)] out ClusterState? cluster) => (cluster = null) is not null;

        public IEnumerable<ClusterState> GetClusters() => [];
    }
}
