namespace Orch.Cel.Syntax;

/// <summary>Visits every node of a tree.</summary>
internal static class ExprWalk
{
    public static bool Any(Expr expression, Func<Expr, bool> test) => test(expression) || Children(expression).Any(child => Any(child, test));

    public static IEnumerable<Expr> Children(Expr expression) => expression switch
    {
        SelectExpr { Qualified: { } qualified } => [qualified],
        SelectExpr select => [select.Operand],
        CallExpr { Target: { } target } call => [target, .. call.Arguments],
        CallExpr call => call.Arguments,
        LogicalExpr logical => logical.Terms,
        ConditionalExpr conditional => [conditional.Condition, conditional.WhenTrue, conditional.WhenFalse],
        ListExpr list => list.Items,
        MapExpr map => map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }),
        ObjectExpr made => made.Entries.Select(entry => entry.Value),
        ComprehensionExpr comprehension => new[] { comprehension.Range, comprehension.Predicate, comprehension.Transform }.OfType<Expr>(),
        BindExpr bind => [bind.Value, bind.Body],
        _ => [],
    };
}
