using CsCheck;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Tests.Validation;

/// <summary>URLs are cut as Go cuts them.</summary>
public sealed class GoUrlTests
{
    [Theory]
    [InlineData("https://h/x", "https|h|/x||")]
    [InlineData("HTTPS://h:443", "https|h:443|||")]
    [InlineData("https://u:p@h/x?q=1#f", "https|h|/x|q=1|f")]
    [InlineData("https://[::1]:80/", "https|[::1]:80|/||")]
    [InlineData("//h/x", "|h|/x||")]
    [InlineData("/x", "||/x||")]
    [InlineData("///x", "||///x||")]
    [InlineData("mailto:a@b", "mailto||||")]
    [InlineData("", "||||")]
    [InlineData("1a:b/c", null)]
    public void Parse_Text_GivesItsParts(string text, string? expected)
    {
        var url = GoUrl.Parse(text, out _);
        Assert.Equal(expected, url is null ? null : $"{url.Scheme}|{url.Host}|{url.Path}|{url.Query}|{url.Fragment}");
    }

    [Theory]
    [InlineData(":x", "parse \":x\": missing protocol scheme")]
    [InlineData("a b:c", "parse \"a b:c\": first path segment in URL cannot contain colon")]
    [InlineData("https://h:x/", "parse \"https://h:x/\": invalid port \":x\" after host")]
    [InlineData("https://[::1/", "parse \"https://[::1/\": missing ']' in host")]
    [InlineData("https://a b/", "parse \"https://a b/\": invalid character \" \" in host name")]
    [InlineData("https://h/%zz", "parse \"https://h/%zz\": invalid URL escape \"%zz\"")]
    [InlineData("https://h/%z", "parse \"https://h/%z\": invalid URL escape \"%z\"")]
    [InlineData("https://h/\u0001", "parse \"https://h/\\x01\": net/url: invalid control character in URL")]
    [InlineData("https://u\u00e9@h/", "parse \"https://u\u00e9@h/\": net/url: invalid userinfo")]
    public void Parse_WhatIsNoUrl_SaysWhy(string text, string expected)
    {
        Assert.Null(GoUrl.Parse(text, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Parse_AnyText_EndsWithPartsOrAReason()
        => Gen.OneOf(Gen.String, Gen.String[Gen.Char["htps:/@[]%?#.19 az"], 0, 30]).Sample(static text => GoUrl.Parse(text, out var fault) is not null == (fault.Length == 0));
}
