using Orch.Kubelet.Env;

namespace Orch.Kubelet.Tests.Env;

public sealed class ExpansionTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)", "1")]
    [InlineData("x$(A)y$(B)z", "x1y2z")]
    [InlineData("$(MISSING)", "$(MISSING)")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$A", "$A")]
    [InlineData("$(A", "$(A")]
    [InlineData("tail$", "tail$")]
    [InlineData("$(NESTED)", "$(A)")]
    [InlineData("$()", "$()")]
    public void Expand_FollowsUpstream(string text, string expected)
        => Assert.Equal(expected, Expansion.Expand(text, new Dictionary<string, string> { ["A"] = "1", ["B"] = "2", ["NESTED"] = "$(A)" }));
}
