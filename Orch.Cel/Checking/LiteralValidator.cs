using Orch.Cel.Libraries;
using Orch.Cel.Syntax;

namespace Orch.Cel.Checking;

/// <summary>Refuses literal patterns, timestamps and durations that could never be evaluated.</summary>
internal static class LiteralValidator
{
    public static void Validate(Expr expression, Source source)
    {
        if (expression is CallExpr call)
        {
            switch (call.Function)
            {
                case "matches" when call.Arguments.Length > 0 && call.Arguments[^1] is ConstExpr { Value.Kind: CelKind.String } pattern
                    && Patterns.Compile(pattern.Value.AsString(), out var fault) is null:
                    source.Fault(pattern.Position, $"invalid matches argument: {fault}");
                    break;
                case "duration" when call.Arguments is [ConstExpr { Value.Kind: CelKind.String } text] && !CelTime.TryParseDuration(text.Value.AsString(), out _):
                    source.Fault(text.Position, $"invalid duration argument: {Conversions.DurationFault(text.Value.AsString())}");
                    break;
                case "timestamp" when call.Arguments is [ConstExpr { Value.Kind: CelKind.String } text] && !CelTime.TryParseTimestamp(text.Value.AsString(), out _, out _):
                    source.Fault(text.Position, $"invalid timestamp argument: {Conversions.TimestampFault(text.Value.AsString())}");
                    break;
            }
        }

        foreach (var child in ExprWalk.Children(expression)) { Validate(child, source); }
    }
}
