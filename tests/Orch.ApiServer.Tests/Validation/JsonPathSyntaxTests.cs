using CsCheck;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Tests.Validation;

public sealed class JsonPathSyntaxTests
{
    [Theory]
    [InlineData("spec.validations[0].expression", null)]
    [InlineData(".spec.x", null)]
    [InlineData("$.a..b[*]['c.d'][0:2:1],[-1]", "unrecognized character in action: U+002C ','")]
    [InlineData("a[0,2,'x']", null)]
    [InlineData("a[0,b]", "invalid array index b")]
    [InlineData("a[b]", "invalid array index b")]
    [InlineData("a[1:2:3:4]", "invalid array index 1:2:3:4")]
    [InlineData("a[-]", "array index - is not a number")]
    [InlineData("a[99999999999999999999]", "array index 99999999999999999999 is not a number")]
    [InlineData("a[", "unterminated array")]
    [InlineData("a[\n]", "unterminated array")]
    [InlineData("a....b", "invalid multiple recursive descent")]
    [InlineData("a...b", null)]
    [InlineData("a\nb", "unclosed action")]
    [InlineData("#", "unrecognized character in action: U+0023 '#'")]
    [InlineData("\u0001", "unrecognized character in action: U+0001")]
    [InlineData("a[?(@.b==\"x\")]", null)]
    [InlineData("a[?(@.b)]", null)]
    [InlineData("a[?(@.b==)]", "unrecognized character in action: U+003D '='")]
    [InlineData("a[?(@.b", "unterminated filter")]
    [InlineData("a[?(@.b)", "unclosed array expect ]")]
    [InlineData("a[?(@.b==#)]", "unrecognized character in action: U+0023 '#'")]
    [InlineData("'abc", "unterminated quoted string")]
    [InlineData("'abc'", null)]
    [InlineData("'a\\q'", "unquote string 'a\\q' error invalid syntax")]
    [InlineData("'a\\x41\\u0041\\101'", null)]
    [InlineData("'a\\ud800'", "unquote string 'a\\ud800' error invalid syntax")]
    [InlineData("1.2.3", "cannot parse number 1.2.3")]
    [InlineData("-", "cannot parse number -")]
    [InlineData("-1.5", null)]
    [InlineData("true", null)]
    [InlineData("}{a[b]", "invalid array index b")]
    [InlineData("}#", null)]
    [InlineData("a.b\\.c", null)]
    [InlineData("['..']", null)]
    public void FaultOf_Path_IsUpstreams(string path, string? fault) => Assert.Equal(fault, JsonPathSyntax.FaultOf(path));

    [Fact]
    public void FaultOf_DeepNesting_IsAnswered()
    {
        var path = "a";
        for (var depth = 0; depth < 2_000; depth++) { path = $"[?({path})]"; }
        Assert.Equal("unterminated filter", JsonPathSyntax.FaultOf(path));
    }

    [Fact]
    public void FaultOf_AnyText_IsAnswered()
        => Gen.String[Gen.Char["ab.[]{}()?@$'\"\\*,:-+=!<>0 9\n#é"], 0, 60].Sample(static text => { _ = JsonPathSyntax.FaultOf(text); });
}
