using Orch.Cel.Costs;
using Orch.Cel.Syntax;

namespace Orch.Cel.Libraries;

/// <summary>The functions of the language itself.</summary>
internal static class StandardLibrary
{
    public static List<CelOverload> Overloads()
    {
        var all = new List<CelOverload>();
        Operator(all, Operators.Add, Arithmetic.Add, CostModel.Add, "(int, int) int", "(uint, uint) uint", "(double, double) double", "(string, string) string", "(bytes, bytes) bytes",
            "(list<A>, list<A>) list<A>", "(duration, duration) duration", "(timestamp, duration) timestamp", "(duration, timestamp) timestamp");
        Operator(all, Operators.Subtract, Arithmetic.Subtract, CostModel.Fixed, "(int, int) int", "(uint, uint) uint", "(double, double) double", "(duration, duration) duration",
            "(timestamp, timestamp) duration", "(timestamp, duration) timestamp");
        Operator(all, Operators.Multiply, Arithmetic.Multiply, CostModel.Fixed, "(int, int) int", "(uint, uint) uint", "(double, double) double");
        Operator(all, Operators.Divide, Arithmetic.Divide, CostModel.Fixed, "(int, int) int", "(uint, uint) uint", "(double, double) double");
        Operator(all, Operators.Modulo, Arithmetic.Modulo, CostModel.Fixed, "(int, int) int", "(uint, uint) uint");
        Operator(all, Operators.Equal, Arithmetic.Equal, CostModel.Equality, "(A, A) bool");
        Operator(all, Operators.NotEqual, Arithmetic.NotEqual, CostModel.Inequality, "(A, A) bool");
        Operator(all, Operators.In, Arithmetic.In, CostModel.In, "(A, list<A>) bool", "(A, map<A, B>) bool");
        foreach (var (function, implementation) in new (string, CelBinary)[]
        {
            (Operators.Less, Arithmetic.Less), (Operators.LessEqual, Arithmetic.LessEqual),
            (Operators.Greater, Arithmetic.Greater), (Operators.GreaterEqual, Arithmetic.GreaterEqual),
        })
        {
            Operator(all, function, implementation, CostModel.Compare, "(bool, bool) bool", "(int, int) bool", "(int, double) bool", "(int, uint) bool", "(uint, uint) bool", "(uint, double) bool",
                "(uint, int) bool", "(double, double) bool", "(double, int) bool", "(double, uint) bool", "(string, string) bool", "(bytes, bytes) bool", "(timestamp, timestamp) bool",
                "(duration, duration) bool");
        }

        Function(all, Operators.Negate, Arithmetic.Negate, CostModel.Fixed, "(int) int", "(double) double", "(duration) duration");
        Function(all, Operators.Not, Arithmetic.Not, CostModel.Fixed, "(bool) bool");
        Function(all, "size", Size, CostModel.Fixed, "(string) int", "(bytes) int", "(list<A>) int", "(map<A, B>) int", ".(string) int", ".(bytes) int", ".(list<A>) int", ".(map<A, B>) int");
        AddConversions(all);
        AddText(all);
        AddTime(all);
        foreach (var signature in new[] { "(list<A>, int) A", "(map<A, B>, A) B" })
        {
            all.Add(CelOverload.Create(Operators.Index, signature, NotCalled));
        }

        return all;
    }

    /// <summary>Overloads of one operator, which tells kinds apart itself.</summary>
    internal static void Operator(List<CelOverload> all, string function, CelBinary implementation, CostModel cost, params string[] signatures)
        => all.AddRange(signatures.Select(signature => CelOverload.Create(function, signature, implementation) with { Cost = cost, IsDispatching = true }));

    internal static void Function(List<CelOverload> all, string function, CelUnary implementation, CostModel cost, params string[] signatures)
        => all.AddRange(signatures.Select(signature => CelOverload.Create(function, signature, implementation) with { Cost = cost, IsDispatching = true }));

    /// <summary>The place of what the planner makes steps of its own for.</summary>
    internal static CelValue NotCalled(in CelValue left, in CelValue right) => CelValue.Fault("no such overload");

    private static CelValue Size(in CelValue value) => value.Kind is CelKind.String or CelKind.Bytes or CelKind.List or CelKind.Map
        ? CelValue.FromInt(CostRules.Size(value))
        : Evaluation.Faults.NoOverload("size", [value]);

    private static void AddConversions(List<CelOverload> all)
    {
        Function(all, "int", Conversions.ToInt, CostModel.Fixed, "(int) int", "(uint) int", "(double) int", "(string) int", "(timestamp) int", "(duration) int");
        Function(all, "uint", Conversions.ToUint, CostModel.Fixed, "(uint) uint", "(int) uint", "(double) uint", "(string) uint");
        Function(all, "double", Conversions.ToDouble, CostModel.Fixed, "(double) double", "(int) double", "(uint) double", "(string) double");
        Function(all, "bool", Conversions.ToBool, CostModel.Fixed, "(bool) bool", "(string) bool");
        Function(all, "string", Conversions.ToText, CostModel.Fixed, "(string) string", "(bool) string", "(int) string", "(uint) string", "(double) string", "(timestamp) string", "(duration) string");
        Function(all, "string", Conversions.ToText, CostModel.BytesToString, "(bytes) string");
        Function(all, "bytes", Conversions.ToBytes, CostModel.Fixed, "(bytes) bytes");
        Function(all, "bytes", Conversions.ToBytes, CostModel.StringToBytes, "(string) bytes");
        Function(all, "timestamp", Conversions.ToTimestamp, CostModel.Fixed, "(timestamp) timestamp", "(string) timestamp", "(int) timestamp");
        Function(all, "duration", Conversions.ToDuration, CostModel.Fixed, "(duration) duration", "(string) duration", "(int) duration");
        Function(all, "dyn", Same, CostModel.Fixed, "(A) dyn");
        Function(all, "type", TypeOf, CostModel.Fixed, "(A) type<A>");
    }

    private static CelValue Same(in CelValue value) => value;

    private static CelValue TypeOf(in CelValue value) => CelValue.FromType(value.RuntimeType());

    private static void AddText(List<CelOverload> all)
    {
        all.Add(CelOverload.Create("startsWith", ".(string, string) bool", StartsWith) with { Cost = CostModel.TraverseSecond });
        all.Add(CelOverload.Create("endsWith", ".(string, string) bool", EndsWith) with { Cost = CostModel.TraverseSecond });
        all.Add(CelOverload.Create("contains", ".(string, string) bool", Contains) with { Cost = CostModel.Contains });
        foreach (var signature in new[] { ".(string, string) bool", "(string, string) bool" })
        {
            all.Add(CelOverload.Create("matches", signature, RegexLibrary.Matches) with { Cost = CostModel.Match, WithConstant = RegexLibrary.Matcher });
        }
    }

    private static CelValue StartsWith(in CelValue text, in CelValue part) => CelValue.FromBool(text.AsString().StartsWith(part.AsString(), StringComparison.Ordinal));

    private static CelValue EndsWith(in CelValue text, in CelValue part) => CelValue.FromBool(text.AsString().EndsWith(part.AsString(), StringComparison.Ordinal));

    private static CelValue Contains(in CelValue text, in CelValue part) => CelValue.FromBool(text.AsString().Contains(part.AsString(), StringComparison.Ordinal));

    private static void AddTime(List<CelOverload> all)
    {
        foreach (var name in new[] { "getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek", "getHours", "getMinutes", "getSeconds", "getMilliseconds" })
        {
            all.Add(CelOverload.Create(name, ".(timestamp) int", (in CelValue value) => TimeAccess.Get(name, value)));
            all.Add(CelOverload.Create(name, ".(timestamp, string) int", (in CelValue value, in CelValue zone) => TimeAccess.GetIn(name, value, zone)));
            if (name is "getHours" or "getMinutes" or "getSeconds" or "getMilliseconds")
            {
                all.Add(CelOverload.Create(name, ".(duration) int", (in CelValue value) => TimeAccess.Get(name, value)));
            }
        }
    }
}
