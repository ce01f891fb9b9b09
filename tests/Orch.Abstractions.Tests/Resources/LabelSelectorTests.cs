using k8s.Models;
using Orch.Resources;

namespace Orch.Abstractions.Tests.Resources;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "web", ["tier"] = "front", ["rank"] = "5", ["example.com/x"] = string.Empty };

    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData("app==web", true)]
    [InlineData(" app = web , tier = front ", true)]
    [InlineData("app=web,tier=back", false)]
    [InlineData("app!=web", false)]
    [InlineData("none!=web", true)]
    [InlineData("app in (db,web)", true)]
    [InlineData("app notin (db,web)", false)]
    [InlineData("none notin (db)", true)]
    [InlineData("app", true)]
    [InlineData("!app", false)]
    [InlineData("!none", true)]
    [InlineData("rank>4", true)]
    [InlineData("rank<5", false)]
    [InlineData("app>4", false)]
    [InlineData("example.com/x=", true)]
    [InlineData("example.com/x", true)]
    [InlineData("app=", false)]
    [InlineData("app in ()", false)]
    [InlineData("example.com/x in (,a)", true)]
    [InlineData("in in (in)", false)]
    public void Parse_ThenMatches(string selector, bool expected) => Assert.Equal(expected, LabelSelector.Parse(selector).Matches(Labels));

    [Theory]
    [InlineData("app=web,tier in (b,a),!x,y", "app=web,tier in (a,b),!x,y")]
    [InlineData("b!=2,a==1", "a=1,b!=2")]
    public void ToString_IsTheApisSyntax_InKeyOrder(string selector, string text) => Assert.Equal(text, LabelSelector.Parse(selector).ToString());

    [Theory]
    [InlineData("a=b,", "found '', expected: identifier after ','")]
    [InlineData("=a", "found '=', expected: !, identifier, or 'end of string'")]
    [InlineData("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("a in b", "unable to parse requirement: found 'b' expected: '('")]
    [InlineData("a in (b", "unable to parse requirement: found '', expected: ',' or ')'")]
    [InlineData("a=b c", "found 'c', expected: ',' or 'end of string'")]
    [InlineData("!", "unable to parse requirement: found '', expected: identifier")]
    [InlineData("a>x", "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer")]
    public void Parse_Malformed_HasUpstreamsMessage(string selector, string message)
        => Assert.Equal(message, Assert.Throws<SelectorException>(() => LabelSelector.Parse(selector)).Message);

    [Theory]
    [InlineData("a//b=c", "unable to parse requirement: <nil>: Invalid value: \"a//b\": a valid label key must consist of")]
    [InlineData("-a=c", "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of")]
    [InlineData("a=-", "unable to parse requirement: values[0][a]: Invalid value: \"-\": a valid label must be an empty string or consist of")]
    public void Parse_BadKeyOrValue_SaysWhich(string selector, string message)
        => Assert.StartsWith(message, Assert.Throws<SelectorException>(() => LabelSelector.Parse(selector)).Message, StringComparison.Ordinal);

    [Fact]
    public void From_ModelSelector_PicksNothingWhenNull_EverythingWhenEmpty()
    {
        Assert.False(LabelSelector.From(null).Matches(Labels));
        Assert.True(LabelSelector.From(new V1LabelSelector()).Matches(null));
        var selector = new V1LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["app"] = "web" },
            MatchExpressions = [new V1LabelSelectorRequirement { Key = "tier", OperatorProperty = "NotIn", Values = ["back"] }],
        };
        Assert.True(LabelSelector.From(selector).Matches(Labels));
        Assert.Equal("app=web,tier notin (back)", LabelSelector.From(selector).ToString());
        Assert.Throws<SelectorException>(() => LabelSelector.From(new V1LabelSelector { MatchExpressions = [new V1LabelSelectorRequirement { Key = "a", OperatorProperty = "Is" }] }));
    }

    [Theory]
    [InlineData("spec.nodeName=n1", true)]
    [InlineData("spec.nodeName==n1,status.phase!=Failed", true)]
    [InlineData("spec.nodeName!=n1", false)]
    [InlineData("metadata.name=a\\,b", true)]
    [InlineData("status.phase=", true)]
    [InlineData("", true)]
    public void FieldSelector_ParseThenMatches(string selector, bool expected)
    {
        string Field(string path) => path switch { "spec.nodeName" => "n1", "metadata.name" => "a,b", _ => string.Empty };
        Assert.Equal(expected, FieldSelector.Parse(selector).Matches(Field));
    }

    [Fact]
    public void FieldSelector_Malformed_HasUpstreamsMessage()
        => Assert.Equal("invalid selector: 'a=b,c'; can't understand 'c'", Assert.Throws<SelectorException>(() => FieldSelector.Parse("a=b,c")).Message);
}
