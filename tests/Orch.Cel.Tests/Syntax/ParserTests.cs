using System.Diagnostics;
using CsCheck;
using Orch.Cel.Syntax;

namespace Orch.Cel.Tests.Syntax;

public sealed class ParserTests
{
    private static readonly string[] Words =
    [
        "1", "2u", "1.5", "'a'", "b'x'", "true", "null", "x", "i", "s", "l", "m", "o", "+", "-", "*", "/", "%", "<", "==", "!=", "&&", "||", "?", ":", ".", ",", "(", ")", "[", "]",
        "{", "}", "!", "in", "has(", "all(", "map(y,", ".?", "[?", "size(", "matches(", "\"\\", "'''", "r'", "\\x", "0x", "1e", "//", "\n", "é", "😀", "cel.bind(y,", "optional.of(", "Object{",
    ];

    private static readonly Gen<string> Leaf = Gen.OneOf("1", "-3", "2u", "1.5", "-2.0", "'a\\n\"'", "b'\\xff'", "true", "null", "x", "i", "s", "l", "m", "o", "'ä😀'", "-9223372036854775808", "9223372036854775807");

    private static readonly Gen<string> Expression = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Leaf
        : Gen.OneOf(
            Leaf,
            Gen.Select(inner, Gen.OneOf("+", "-", "*", "/", "%", "<", "<=", "==", "!=", "in", "&&", "||", ">"), inner, (a, o, b) => $"({a}) {o} ({b})"),
            Gen.Select(inner, inner, inner, (a, b, c) => $"({a}) ? ({b}) : ({c})"),
            inner.Select(a => $"!({a})"),
            inner.Select(a => $"-({a})"),
            Gen.Select(inner, inner, (a, b) => $"[{a}, {b}]"),
            Gen.Select(inner, inner, (a, b) => $"{{{a}: {b}}}"),
            Gen.Select(inner, inner, (a, b) => $"({a})[{b}]"),
            Gen.Select(inner, inner, (a, b) => $"({a})[?{b}]"),
            inner.Select(a => $"({a}).f"),
            inner.Select(a => $"({a}).?f"),
            inner.Select(a => $"has(({a}).f)"),
            inner.Select(a => $"size({a})"),
            Gen.Select(Gen.OneOf("all", "exists", "map", "filter", "existsOne", "sortBy", "optMap"), inner, inner, (f, a, b) => $"({a}).{f}(y, {b})"),
            Gen.Select(Gen.OneOf("transformList", "transformMap", "all", "exists"), inner, inner, (f, a, b) => $"({a}).{f}(k, v, {b})"),
            Gen.Select(inner, inner, (a, b) => $"cel.bind(y, {a}, {b})"),
            Gen.Select(Gen.OneOf("startsWith", "matches", "split", "contains", "indexOf", "join"), inner, inner, (f, a, b) => $"({a}).{f}({b})")));

    [Fact]
    public void Print_OfAnyTree_ParsesToTheSameText() => Expression.Sample(
        text =>
        {
            var first = Parse(text);
            var printed = ExprPrinter.Print(first);
            Assert.Equal(printed, ExprPrinter.Print(Parse(printed)));
        },
        iter: 3000);

    [Fact]
    public void Evaluate_OfAnyExpression_GivesAValueOrAnError()
    {
        // Declared dyn, so that most expressions pass the checker and meet values that do not fit.
        var environment = CelEnvironment.Standard.Extend(builder =>
        {
            builder.AddFunctions(Orch.Cel.Libraries.StringsLibrary.Overloads());
            foreach (var name in new[] { "x", "i", "s", "l", "m", "o", "y", "k", "v" }) { builder.AddVariable(name, CelType.Dyn); }
        });
        var evaluated = 0;
        Expression.Sample(
            text =>
            {
                var compilation = environment.Compile(text);
                if (!compilation.IsValid) { Assert.NotEmpty(compilation.ErrorText()); return; }
                var bindings = new CelBindings(environment).Set("x", CelValue.FromInt(1)).Set("i", CelValue.FromInt(long.MaxValue)).Set("s", CelValue.FromString("a😀b"))
                    .Set("l", CelValue.FromList(CelList.Of(CelValue.FromInt(1), CelValue.Null))).Set("m", CelValue.FromMap(CelMap.OfFields([new("f", CelValue.True)])))
                    .Set("o", CelValue.NoValue);
                _ = compilation.EstimateCost();
                var result = compilation.ToProgram().Evaluate(bindings, 10_000);
                Assert.True(result.Cost >= 0);
                _ = result.Value.ToString();
                Interlocked.Increment(ref evaluated);
            },
            iter: 6000);
        Assert.True(evaluated > 300, $"only {evaluated} were evaluated");
    }

    [Fact]
    public void Compile_OfAnyWords_NeverThrowsAndIsQuick()
    {
        var slowest = TimeSpan.Zero;
        Gen.OneOf(Words).Array[0, 60].Select(words => string.Join(string.Empty, words)).Sample(
            text =>
            {
                var watch = Stopwatch.StartNew();
                var compilation = Cel.Environment.Compile(text);
                if (!compilation.IsValid) { Assert.NotEmpty(compilation.ErrorText()); }
                lock (Words) { slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest; }
            },
            iter: 5000);
        Assert.True(slowest < TimeSpan.FromSeconds(30), $"one took {slowest}");
    }

    [Fact]
    public void Compile_OfAnyCharacters_NeverThrows() => Gen.String.Sample(text => { _ = Cel.Environment.Compile(text).ErrorText(); }, iter: 3000);

    [Theory]
    [InlineData("(", ")", "1")]
    [InlineData("[", "]", "")]
    [InlineData("!(", ")", "true")]
    [InlineData("[1].all(y, ", ")", "true")]
    [InlineData("true ? 1 : (", ")", "1")]
    [InlineData("", " + 1", "1")]
    [InlineData("", ".a", "x")]
    [InlineData("", "[0]", "x")]
    [InlineData("!(true && ", ")", "true")]
    public void Compile_OfAnExpressionTooDeep_IsRefused(string before, string after, string core)
    {
        const int Depth = 5_000;
        var text = string.Concat(Enumerable.Repeat(before, Depth)) + core + string.Concat(Enumerable.Repeat(after, Depth));
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        var compilation = Cel.Environment.Compile(text);

        Assert.Contains("expression recursion limit exceeded: 250", compilation.ErrorText(), StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 50_000_000);
    }

    [Fact]
    public void Compile_OfADeepExpressionWithinTheBound_EvaluatesOnASmallStack()
    {
        var text = string.Concat(Enumerable.Repeat("[1].all(y, ", 110)) + "true" + new string(')', 110);
        CelResult result = default;
        var thread = new Thread(() => result = Cel.Evaluate(text), 512 * 1024);
        thread.Start();
        thread.Join();

        Assert.True(result.Value.IsTrue);
    }

    [Fact]
    public void Compile_OfATooLongText_IsRefused()
        => Assert.Contains("expression code point size exceeds limit: size: 100001, limit 100000", Cel.Environment.Compile(new string(' ', 100_001)).ErrorText(), StringComparison.Ordinal);

    [Fact]
    public void Compile_OfTooManyNodes_IsRefused()
    {
        var text = "[" + string.Concat(Enumerable.Repeat("1,", 49_990)) + "1,x+x+x+x+x+x+x+x]";

        Assert.Contains("expression has more than 50000 nodes", Cel.Environment.Compile(text).ErrorText()[..200], StringComparison.Ordinal);
    }

    private static Expr Parse(string text)
    {
        var source = new Source(text);
        var tree = Parser.Parse(source, new CelLimits(), hasBindings: true);
        Assert.False(source.HasFaults, text + "\n" + source.Describe(source.Issues()));
        return tree!;
    }
}
