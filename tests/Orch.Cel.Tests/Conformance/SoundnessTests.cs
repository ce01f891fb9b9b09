using System.Diagnostics;
using CsCheck;

namespace Orch.Cel.Tests.Conformance;

/// <summary>Expressions made at random over typed variables: what the checker says of a value is true of it.</summary>
public sealed class SoundnessTests
{
    private static readonly CelEnvironment Environment = CelEnvironment.Kubernetes.Extend(static builder => builder.AllowBindings()
        .AddVariable("i", CelType.Int).AddVariable("u", CelType.Uint).AddVariable("d", CelType.Double).AddVariable("s", CelType.String).AddVariable("b", CelType.Bool)
        .AddVariable("t", CelType.Timestamp).AddVariable("w", CelType.Duration).AddVariable("l", CelType.List(CelType.Int)).AddVariable("m", CelType.Map(CelType.String, CelType.Int))
        .AddVariable("o", CelType.Optional(CelType.Int)).AddVariable("x", CelType.Dyn).AddVariable("q", CelType.Opaque("kubernetes.Quantity")));

    private static readonly Gen<string> Leaf = Gen.OneOf("i", "u", "d", "s", "b", "t", "w", "l", "m", "o", "x", "q", "1", "2u", "0.5", "'a'", "b'x'", "true", "null", "[]", "{}", "optional.none()", "int", "'1h'", "'2020-01-01T00:00:00Z'");

    private static readonly Gen<string> Expression = Gen.Recursive<string>(static (depth, inner) => depth > 3
        ? Leaf
        : Gen.OneOf(
            Leaf,
            Gen.Select(inner, Gen.OneOf("+", "-", "*", "/", "%", "<", "<=", "==", "!=", "in", "&&", "||", ">", ">="), inner, static (a, o, b) => $"({a}) {o} ({b})"),
            Gen.Select(inner, inner, inner, static (a, b, c) => $"(({a}) ? ({b}) : ({c}))"),
            Gen.Select(Gen.OneOf("int", "uint", "double", "string", "bool", "bytes", "type", "dyn", "size", "timestamp", "duration", "optional.of", "optional.ofNonZeroValue", "lists.range", "quantity", "!", "-"), inner, static (f, a) => $"{f}({a})"),
            Gen.Select(inner, inner, static (a, b) => $"[{a}, ?{b}]"),
            Gen.Select(inner, inner, static (a, b) => $"[{a}, {b}]"),
            Gen.Select(inner, inner, static (a, b) => $"{{{a}: {b}}}"),
            Gen.Select(inner, inner, Gen.OneOf("", "?"), static (a, b, q) => $"({a})[{q}{b}]"),
            Gen.Select(inner, Gen.OneOf(".a", ".?a", ".orValue(1)", ".value()", ".hasValue()", ".getHours()", ".getMilliseconds('01:00')", ".min()", ".sum()", ".sort()", ".reverse()", ".flatten()", ".distinct()", ".size()", ".first()", ".sign()", ".trim()"), static (a, f) => $"({a}){f}"),
            Gen.Select(inner, Gen.OneOf("split", "join", "indexOf", "contains", "matches", "find", "findAll", "or", "orValue", "add", "compareTo", "format", "charAt"), inner, static (a, f, b) => $"({a}).{f}({b})"),
            Gen.Select(inner, Gen.OneOf("all", "exists", "exists_one", "map", "filter", "sortBy", "optMap", "optFlatMap"), inner, static (a, f, b) => $"({a}).{f}(i, {b})"),
            Gen.Select(inner, Gen.OneOf("all", "existsOne", "transformList", "transformMap", "transformMapEntry"), inner, static (a, f, b) => $"({a}).{f}(s, i, {b})"),
            Gen.Select(inner, inner, static (a, b) => $"cel.bind(i, {a}, {b})"),
            inner.Select(static a => $"has(({a}).a)")));

    [Fact]
    public void Value_OfAnyExpressionThatChecks_IsOfItsType()
    {
        var (checkedOnes, clock) = (0, Stopwatch.StartNew());
        Expression.Sample(
            text =>
            {
                var compilation = Environment.Compile(text);
                if (!compilation.IsValid) { Assert.NotEmpty(compilation.ErrorText()); return; }
                Assert.True(compilation.EstimateCost().Max >= 0);
                var result = compilation.ToProgram().Evaluate(Bindings(), 20_000);
                if (result.Error is not null) { return; }
                Assert.True(Fits(compilation.ResultType, result.Value, 0), $"{text} is {compilation.ResultType} and gave {result.Value} of {result.Value.RuntimeType()}");
                Interlocked.Increment(ref checkedOnes);
            },
            iter: 20_000, time: -1);
        Assert.True(checkedOnes > 300, $"only {checkedOnes} gave a value");
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "compiling and evaluating take bounded time");
    }

    private static bool Fits(CelType type, in CelValue value, int depth)
    {
        if (depth > 3) { return true; }
        // What null can stand for beside itself, by the language's rules of types that join.
        if (value.Kind == CelKind.Null && type.Kind is CelKind.Timestamp or CelKind.Duration or CelKind.Opaque) { return true; }
        switch (type.Kind)
        {
            case CelKind.Dyn or CelKind.Parameter: return true;
            case CelKind.Opaque when type.Name == "optional_type": return value.Kind == CelKind.Optional && (!value.TryGetOptional(out var inner) || Fits(type.Parameters[0], inner, depth + 1));
            case CelKind.Opaque: return value.Kind == CelKind.Opaque && value.AsOpaque().Type.Name == type.Name;
            case CelKind.List:
                if (value.Kind != CelKind.List) { return false; }
                for (var index = 0; index < Math.Min(value.AsList().Count, 5); index++)
                {
                    if (!value.AsList()[index].IsError && !Fits(type.Parameters[0], value.AsList()[index], depth + 1)) { return false; }
                }

                return true;
            case CelKind.Map:
                if (value.Kind != CelKind.Map) { return false; }
                foreach (var key in value.AsMap().Keys.Take(5))
                {
                    if (!Fits(type.Parameters[0], key, depth + 1) || (value.AsMap().TryGet(key, out var item) && !item.IsError && !Fits(type.Parameters[1], item, depth + 1))) { return false; }
                }

                return true;
            default: return value.Kind == type.Kind;
        }
    }

    private static CelBindings Bindings() => new CelBindings(Environment)
        .Set("i", CelValue.FromInt(3)).Set("u", CelValue.FromUint(4)).Set("d", CelValue.FromDouble(1.5)).Set("s", CelValue.FromString("a b")).Set("b", CelValue.True)
        .Set("t", CelValue.FromTimestamp(1_000_000, 5)).Set("w", CelValue.FromDuration(1_500_000_000)).Set("l", CelValue.FromList(CelList.Of(CelValue.FromInt(1), CelValue.FromInt(2))))
        .Set("m", CelValue.FromMap(CelMap.OfFields([new("a", CelValue.FromInt(1))]))).Set("o", CelValue.FromOptional(CelValue.FromInt(9))).Set("x", CelValue.FromString("dyn"))
        .Set("q", Environment.Compile("quantity('1Ki')").ToProgram().Evaluate(new CelBindings(Environment)).Value);
}
