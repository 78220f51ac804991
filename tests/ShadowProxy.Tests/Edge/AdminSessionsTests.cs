using CsCheck;
using Microsoft.Extensions.Time.Testing;
using ShadowProxy.Configuration;
using ShadowProxy.Edge.Admin;

namespace ShadowProxy.Tests.Edge;

public sealed class AdminSessionsTests
{
    private static readonly AdminOptions Options = new() { Key = "0123456789abcdef", ReadKey = "fedcba9876543210" };

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(AdminRole.Operate)]
    [InlineData(AdminRole.Read)]
    internal void Recognise_WhatWasBegun_IsItsRoleUntilItsEndAlsoAfterARestart(AdminRole role)
    {
        var cookie = Sessions(Options).Begin(role);

        Assert.Equal(role, Sessions(Options).Recognise(cookie));
        _time.Advance(AdminSessions.Lifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(role, Sessions(Options).Recognise(cookie));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Sessions(Options).Recognise(cookie));
    }

    [Fact]
    public void Recognise_AfterTheKeyChanged_IsNobody()
    {
        var cookie = Sessions(Options).Begin(AdminRole.Operate);

        Assert.Null(Sessions(new() { Key = "another-key-0123456789" }).Recognise(cookie));
        Assert.Null(Sessions(new()).Recognise(cookie));
    }

    [Fact]
    public void Recognise_AnyCharacterChanged_IsNobody()
    {
        var sessions = Sessions(Options);
        var cookie = sessions.Begin(AdminRole.Read);
        // The last character has bits that stand for nothing.
        Gen.Select(Gen.Int[0, cookie.Length - 2], Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+ "]).Sample((at, other) =>
        {
            var changed = string.Concat(cookie.AsSpan(0, at), [other], cookie.AsSpan(at + 1));
            Assert.True(changed == cookie || sessions.Recognise(changed) is null);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("0123456789abcdef")]
    public void Recognise_Nonsense_IsNobody(string cookie) => Assert.Null(Sessions(Options).Recognise(cookie));

    [Theory]
    [InlineData("0123456789abcdef", AdminRole.Operate)]
    [InlineData("fedcba9876543210", AdminRole.Read)]
    [InlineData("0123456789abcdeF", null)]
    [InlineData("0123456789abcde", null)]
    [InlineData("", null)]
    internal void RoleOf_Key_IsTheRoleItGives(string key, AdminRole? role) => Assert.Equal(role, new AdminKeys(Options).RoleOf(key));

    private AdminSessions Sessions(AdminOptions options) => new(new AdminKeys(options), _time);
}
