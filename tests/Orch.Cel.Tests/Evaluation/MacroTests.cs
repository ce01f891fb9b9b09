namespace Orch.Cel.Tests.Evaluation;

public sealed class MacroTests
{
    [Theory]
    [InlineData("[1, 2, 3].all(y, y > 0) && ![1, 2, 3].all(y, y > 1) && [].all(y, false)")]
    [InlineData("[1, 2, 3].exists(y, y == 2) && ![1].exists(y, y == 2) && ![].exists(y, true)")]
    [InlineData("[1, 2, 3].exists_one(y, y > 2) && ![1, 2, 3].exists_one(y, y > 1) && [1, 2].existsOne(y, y == 1)")]
    [InlineData("[1, 2, 3].map(y, y * 2) == [2, 4, 6] && [1, 2, 3].map(y, y > 1, y * 2) == [4, 6]")]
    [InlineData("[1, 2, 3, 4, 5, 6].filter(y, y % 2 == 0) == [2, 4, 6]")]
    [InlineData("{'a': 1, 'b': 2}.all(k, k in ['a', 'b']) && {'a': 1}.map(k, k) == ['a'] && {'a': 1, 'b': 2}.filter(k, k == 'b') == ['b']")]
    [InlineData("[0, 1].exists(y, 1 / y == 1) && !([0, 2].all(y, 1 / y == 1))")]
    [InlineData("[[1], [2]].all(y, y.all(z, z > 0)) && [1, 2].map(y, [1, 2].map(z, y * z)) == [[1, 2], [2, 4]]")]
    [InlineData("[1, 2].all(y, [3].all(y, y == 3) && y < 3)")]
    [InlineData("[10, 20].all(k, v, v == (k + 1) * 10) && {'a': 1}.all(k, v, k == 'a' && v == 1)")]
    [InlineData("[1, 2].exists(k, v, k == 1 && v == 2) && [1, 2].existsOne(k, v, v == 2)")]
    [InlineData("[1, 2].transformList(k, v, k + v) == [1, 3] && [1, 2].transformList(k, v, v > 1, k + v) == [3] && {'a': 1}.transformList(k, v, v) == [1]")]
    [InlineData("{'a': 1, 'b': 2}.transformMap(k, v, v * 2) == {'a': 2, 'b': 4} && {'a': 1, 'b': 2}.transformMap(k, v, v > 1, v) == {'b': 2}")]
    [InlineData("[1, 2].transformMap(k, v, v) == {0: 1, 1: 2} && ['a'].transformMapEntry(k, v, {v: k}) == {'a': 0}")]
    [InlineData("cel.bind(y, 1 + 1, y * y) == 4 && cel.bind(y, [1], y.all(z, cel.bind(w, z, w == 1)))")]
    [InlineData("has({'a': 1}.a) && !has({'a': 1}.b) && !has(dyn(1).a)")]
    public void Macros_OverListsAndMaps_GiveWhatTheSpecificationSays(string expression) => Cel.IsTrue(expression);

    [Theory]
    [InlineData("[0, 1].all(y, 1 / y == 1)", "division by zero")]
    [InlineData("[1, 0].exists_one(y, 1 / y == 1)", "division by zero")]
    [InlineData("[0].map(y, 1 / y)", "division by zero")]
    [InlineData("[0].filter(y, 1 / y > 0)", "division by zero")]
    [InlineData("['a', 'a'].transformMapEntry(k, v, {v: k})", "insert failed: key a already exists")]
    public void Macros_WithFailingParts_GiveTheError(string expression, string message) => Assert.Equal(message, Cel.Error(expression));

    [Theory]
    [InlineData("optional.of(1).value() == 1 && !optional.none().hasValue() && optional.of(1).hasValue()")]
    [InlineData("optional.none().orValue(2) == 2 && optional.of(1).orValue(1 / 0) == 1 && optional.none().or(optional.of(3)).value() == 3")]
    [InlineData("{'a': 1}.?a.value() == 1 && !{'a': 1}.?b.hasValue() && {'a': {'b': 1}}.?a.b.value() == 1 && !{'a': {'b': 1}}.?c.b.hasValue()")]
    [InlineData("{'a': 1}[?'a'] == optional.of(1) && [1][?0].value() == 1 && ![1][?1].hasValue() && {'a': [1]}.?a[0].value() == 1")]
    [InlineData("[1, ?optional.none(), ?optional.of(2)] == [1, 2] && {'a': 1, ?'b': optional.none()} == {'a': 1}")]
    [InlineData("optional.of(1).optMap(y, y + 1).value() == 2 && !optional.none().optMap(y, y).hasValue() && optional.of(1).optFlatMap(y, optional.of(y + 1)).value() == 2")]
    [InlineData("optional.ofNonZeroValue(0) == optional.none() && optional.ofNonZeroValue('a').value() == 'a'")]
    [InlineData("[optional.of(1), optional.none()].unwrapOpt() == [1] && optional.unwrap([optional.of(2)]) == [2] && [1, 2].first().value() == 1 && [1, 2].last().value() == 2")]
    public void Optionals_InAllForms_GiveWhatTheSpecificationSays(string expression) => Cel.IsTrue(expression);

    [Fact]
    public void Optional_WithoutValue_CannotBeRead() => Assert.Equal("optional.none() dereference", Cel.Error("optional.none().value() == 1"));
}
