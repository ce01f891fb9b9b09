namespace Orch.Cel.Tests.Costs;

public sealed class CostTests
{
    // As cel-go's own tests have them for the same or a like expression.
    [Theory]
    [InlineData("1 + 2 == 3", 2)]
    [InlineData("i", 1)]
    [InlineData("m.a", 2)]
    [InlineData("m['a']", 2)]
    [InlineData("has(m.a)", 1)]
    [InlineData("i > 0 && i < 2", 4)]
    [InlineData("false && i > 0", 0)]
    [InlineData("true ? i : i + i", 1)]
    [InlineData("[1, 2, 3]", 10)]
    [InlineData("[i, 2]", 11)]
    [InlineData("{'a': i}", 31)]
    [InlineData("'abcdefghij' == 'abcdefghij'", 1)]
    [InlineData("'abcdefghijk' + 'abcdefghijk'", 3)]
    [InlineData("'abcdefghijk'.startsWith('abcdefghijk')", 2)]
    [InlineData("'abcdefghijk'.contains('abcdefghijk')", 4)]
    [InlineData("'abcdefghi'.matches('abcdefgh')", 2)]
    [InlineData("i in l", 4)]
    [InlineData("l.all(y, true)", 8)]
    [InlineData("l.exists(y, false)", 10)]
    [InlineData("l.map(y, y)", 1 + 10 + 2 * 13 + 1)]
    [InlineData("l.filter(y, true)", 1 + 10 + 2 * 13 + 1)]
    [InlineData("'abc'.lowerAscii()", 1)]
    [InlineData("quantity('1').isGreaterThan(quantity('2'))", 3)]
    [InlineData("l.sum()", 3)]
    public void Evaluate_Counts_WhatCelGoCounts(string expression, long cost)
    {
        var result = Cel.Evaluate(expression, bindings => bindings.Set("i", CelValue.FromInt(1)).Set("l", CelValue.FromList(CelList.Of(CelValue.FromInt(2), CelValue.FromInt(3))))
            .Set("m", CelValue.FromMap(CelMap.OfFields([new("a", CelValue.FromInt(1))]))));

        Assert.Null(result.Error);
        Assert.Equal(cost, result.Cost);
    }

    [Fact]
    public void Evaluate_BeyondItsLimit_EndsAndSaysSo()
    {
        var result = Cel.Evaluate("l.all(a, l.all(b, l.all(c, l.all(d, a + b + c + d >= 0 || true))))",
            bindings => bindings.Set("l", CelValue.FromList(CelList.Of([.. Enumerable.Repeat(CelValue.FromInt(1), 1000)]))));

        Assert.Equal("operation cancelled: actual cost limit exceeded", result.Error?.Message);
        Assert.True(result.Error?.IsCostLimitExceeded);
        Assert.InRange(result.Cost, 1_000_000, 1_000_100);
    }

    [Fact]
    public void Evaluate_Cancelled_EndsLoops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var compilation = Cel.Environment.Compile("lists.range(1000).all(y, true)");

        Assert.Equal("operation interrupted", compilation.ToProgram().Evaluate(new CelBindings(Cel.Environment), cancellationToken: source.Token).Error?.Message);
    }

    [Fact]
    public void Evaluate_OfAStringThatWouldFillTheMemory_IsStopped()
    {
        var result = Cel.Evaluate("s.replace('a', s)", bindings => bindings.Set("s", CelValue.FromString(new string('a', 100_000))));

        Assert.Equal("string too large", result.Error?.Message);
    }

    [Fact]
    public void Evaluate_OfAListDoubledOverAndOver_IsStopped()
    {
        var text = string.Concat(Enumerable.Range(1, 40).Select(index => $"cel.bind(v{index}, v{index - 1} + v{index - 1}, ")) + "{1: 2}[size(v40)] == 1" + new string(')', 40);

        Assert.Equal("list too long", Cel.Error($"cel.bind(v0, [1, 2], {text})"));
        Assert.InRange(Cel.Error("{1: 2}[dyn(lists.range(100000))]").Length, 10_000, 20_000);
    }

    [Theory]
    [InlineData("self.size() > 1", 0, 3, 3)]
    [InlineData("self == 'a'", 10, 2, 2)]
    [InlineData("self.startsWith('abc')", 10, 2, 2)]
    [InlineData("self.contains('abcdefghijk')", 100, 1, 21)]
    [InlineData("self.matches('abcd')", 99, 2, 11)]
    [InlineData("self + self == self", 100, 4, 33)]
    [InlineData("self.split(',').all(y, y == '')", 10, 2, 44)]
    public void Estimate_OfABoundedString_Grows(string expression, long maxLength, ulong min, ulong max)
    {
        var environment = CelEnvironment.Kubernetes.Extend(builder => builder.AllowBindings().AddVariable("self", CelType.String.WithMaxSize(maxLength)));
        var estimate = environment.Compile(expression).EstimateCost();

        Assert.Equal((min, max), (estimate.Min, estimate.Max));
    }

    [Fact]
    public void Estimate_OfNestedLoops_MultipliesTheBounds()
    {
        var inner = CelType.List(CelType.String.WithMaxSize(100), 10);
        var environment = CelEnvironment.Kubernetes.Extend(builder => builder.AllowBindings().AddVariable("self", CelType.List(inner, 20)));

        Assert.Equal(1 + 20 * (3 + 1 + 10 * (3UL + 1 + 1) + 1) + 1, environment.Compile("self.all(y, y.all(z, z.startsWith('a')))").EstimateCost().Max);
        Assert.Equal(ulong.MaxValue, CelEnvironment.Kubernetes.Extend(builder => builder.AllowBindings().AddVariable("self", CelType.List(CelType.String))).Compile("self.all(y, y == '')").EstimateCost().Max);
    }

    [Theory]
    [InlineData("self.all(y, self.exists(z, z == y))")]
    [InlineData("self.map(y, y + y).filter(y, y.size() > 2).join(',').size() > 3")]
    [InlineData("self.size() > 0 ? self[0].matches('a+') : self == []")]
    [InlineData("cel.bind(y, self.filter(z, z != ''), y.all(w, w in self)) || sets.contains(self, ['a'])")]
    [InlineData("self.exists_one(y, y == 'a') && self.map(y, y.upperAscii()).isSorted() && self.sortBy(y, y).size() < 3")]
    [InlineData("self.transformMap(k, v, v).all(k, k >= 0) && self.distinct() == self && optional.of(self).optMap(y, y.size()).orValue(0) > 1")]
    public void Estimate_OfAnyExpression_BoundsWhatItReallyCosts(string expression)
    {
        var environment = CelEnvironment.Kubernetes.Extend(builder => builder.AllowBindings().AddVariable("self", CelType.List(CelType.String.WithMaxSize(30), 8)));
        var compilation = environment.Compile(expression);
        Assert.True(compilation.IsValid, compilation.ErrorText());
        var estimate = compilation.EstimateCost();
        for (var count = 0; count <= 8; count++)
        {
            var self = CelValue.FromList(CelList.Of([.. Enumerable.Range(0, count).Select(index => CelValue.FromString(new string((char)('a' + index), index * 4 % 30)))]));
            var result = compilation.ToProgram().Evaluate(new CelBindings(environment).Set("self", self));
            Assert.Null(result.Error);
            Assert.InRange((ulong)result.Cost, 0UL, estimate.Max);
        }
    }
}
