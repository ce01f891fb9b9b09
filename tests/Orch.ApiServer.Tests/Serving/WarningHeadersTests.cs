using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Tests.Serving;

public sealed class WarningHeadersTests
{
    public static TheoryData<string, string[], string[]> Cases => new()
    {
        { "as they come", ["a", "b"], ["299 - \"a\"", "299 - \"b\""] },
        { "once each", ["a", "b", "a"], ["299 - \"a\"", "299 - \"b\""] },
        { "nothing to say", ["", "a"], ["299 - \"a\""] },
        { "quoted", ["unknown field \"spec.a\\b\""], ["299 - \"unknown field \\\"spec.a\\\\b\\\"\""] },
        { "control characters", ["a\tb", "c"], ["299 - \"a b\"", "299 - \"c\""] },
        { "keys of YAML", ["yaml: unmarshal errors:\n  line 4: key \"a\" already set in map\n  line 5: key \"b\" already set in map"], ["299 - \"line 4: key \\\"a\\\" already set in map\"", "299 - \"line 5: key \\\"b\\\" already set in map\""] },
        { "keys of applied YAML", ["error converting YAML to JSON: yaml: unmarshal errors:\n  line 4: key \"a\" already set in map"], ["299 - \"line 4: key \\\"a\\\" already set in map\""] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_Warnings_AreUpstreamsHeaders(string name, string[] warnings, string[] headers)
    {
        Assert.NotEmpty(name);
        Assert.Equal(headers, WarningHeaders.Of(warnings));
    }

    [Fact]
    public void Of_MoreThanFits_ShortensEachAndLeavesOutTheRest()
    {
        var fits = Enumerable.Range(10, 8).Select(static number => number + new string('x', 510)).ToList();
        Assert.All(WarningHeaders.Of(fits), static header => Assert.Equal(512 + 8, header.Length));
        Assert.Equal(8, WarningHeaders.Of(fits).Count);

        var tooMany = Enumerable.Range(10, 30).Select(static number => number + new string('x', 510)).ToList();
        var shown = WarningHeaders.Of(tooMany);
        Assert.All(shown, static header => Assert.Equal(256 + 8, header.Length));
        Assert.Equal(16, shown.Count);
    }
}
