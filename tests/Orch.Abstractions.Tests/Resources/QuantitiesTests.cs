using k8s.Models;
using Orch.Resources;

namespace Orch.Abstractions.Tests.Resources;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0Ki", "0")]
    [InlineData("1.5", "1500m")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("0.1Gi", "107374182400m")]
    [InlineData("100m", "100m")]
    [InlineData("1000m", "1")]
    [InlineData("1000", "1k")]
    [InlineData("1024Ki", "1Mi")]
    [InlineData("1023Ki", "1023Ki")]
    [InlineData("512", "512")]
    [InlineData("-1", "-1")]
    [InlineData("-1500m", "-1500m")]
    [InlineData("+1", "1")]
    [InlineData("1e3", "1e3")]
    [InlineData("1E3", "1e3")]
    [InlineData("12e6", "12e6")]
    [InlineData("1e-3", "1e-3")]
    [InlineData("1E", "1E")]
    [InlineData("1Ei", "1Ei")]
    [InlineData("100Ei", "9223372036854775807")]
    [InlineData("0.001n", "1n")]
    [InlineData(".5", "500m")]
    [InlineData("5.", "5")]
    [InlineData("0.5Ki", "512")]
    [InlineData("0.5", "500m")]
    [InlineData("250u", "250u")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    public void Format_IsCanonical(string text, string canonical) => Assert.Equal(canonical, Quantities.Format(Quantities.Parse(text)));

    [Theory]
    [InlineData("")]
    [InlineData("1 ")]
    [InlineData("a")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    public void Parse_Malformed_SaysTheExpression(string text)
        => Assert.StartsWith("quantities must match the regular expression", Assert.Throws<FormatException>(() => Quantities.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1mm")]
    [InlineData("12e")]
    [InlineData("1ki")]
    [InlineData("1i")]
    public void Parse_BadSuffix_SaysSo(string text)
        => Assert.Equal("unable to parse quantity's suffix", Assert.Throws<FormatException>(() => Quantities.Parse(text)).Message);

    [Theory]
    [InlineData("1500m", 2, 1500)]
    [InlineData("1", 1, 1000)]
    [InlineData("100u", 1, 1)]
    [InlineData("-1500m", -2, -1500)]
    [InlineData("8Gi", 8589934592, 8589934592000)]
    [InlineData("100E", long.MaxValue, long.MaxValue)]
    [InlineData("-100E", long.MinValue, long.MinValue)]
    [InlineData("9P", 9000000000000000, 9000000000000000000)]
    [InlineData("10P", 10000000000000000, long.MaxValue)]
    public void Integers_RoundAwayFromZero_AndSaturate(string text, long value, long milliValue)
    {
        Assert.Equal(value, Quantities.Value(Quantities.Parse(text)));
        Assert.Equal(milliValue, Quantities.MilliValue(Quantities.Parse(text)));
    }

    [Fact]
    public void Integers_OfNull_AreZero()
    {
        Assert.Equal(0, Quantities.Value(null));
        Assert.Equal(0, Quantities.MilliValue(null));
    }

    [Fact]
    public void From_PrintsAsExpected()
    {
        Assert.Equal("64Mi", Quantities.Format(Quantities.FromBytes(64 << 20)));
        Assert.Equal("1500m", Quantities.Format(Quantities.FromMilliValue(1500)));
        Assert.Equal("3", Quantities.Format(Quantities.FromValue(3)));
        Assert.Equal("2560Mi", Quantities.Format(Quantities.Add(Quantities.Parse("2Gi"), Quantities.Parse("512Mi"))));
        Assert.Equal(0, Quantities.Compare(Quantities.Parse("1"), new ResourceQuantity("1000m")));
    }
}
