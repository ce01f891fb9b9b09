using Orch.Cel.Syntax;

namespace Orch.Cel.Evaluation;

/// <summary>Errors that several parts give.</summary>
internal static class Faults
{
    /// <summary>Values that a function cannot take; operators that their first value knows say no more, as in cel-go.</summary>
    public static CelValue NoOverload(string function, ReadOnlySpan<CelValue> values)
    {
        if (values.Length > 0 && Knows(function, values[0].Kind) is { } isKnown) { return CelValue.Fault(isKnown ? "no such overload" : $"no such overload: {function}"); }
        var types = new string[values.Length];
        for (var index = 0; index < types.Length; index++) { types[index] = values[index].RuntimeType().Name; }
        return CelValue.Fault($"no such overload: {function}({string.Join(", ", types)})");
    }

    // Null for what is no operator.
    private static bool? Knows(string function, CelKind kind) => function switch
    {
        Operators.Add => kind is CelKind.Int or CelKind.Uint or CelKind.Double or CelKind.String or CelKind.Bytes or CelKind.List or CelKind.Duration or CelKind.Timestamp,
        Operators.Subtract => kind is CelKind.Int or CelKind.Uint or CelKind.Double or CelKind.Duration or CelKind.Timestamp,
        Operators.Multiply or Operators.Divide => kind is CelKind.Int or CelKind.Uint or CelKind.Double,
        Operators.Modulo => kind is CelKind.Int or CelKind.Uint,
        Operators.Less or Operators.LessEqual or Operators.Greater or Operators.GreaterEqual
            => kind is CelKind.Bool or CelKind.Int or CelKind.Uint or CelKind.Double or CelKind.String or CelKind.Bytes or CelKind.Duration or CelKind.Timestamp,
        Operators.Negate => kind == CelKind.Bool,
        Operators.Not or Operators.In => true,
        _ => null,
    };
}
