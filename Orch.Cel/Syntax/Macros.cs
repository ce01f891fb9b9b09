namespace Orch.Cel.Syntax;

/// <summary>Turns calls that are macros into their nodes.</summary>
internal static class Macros
{
    public static SelectExpr Has(int position, Expr[] arguments)
    {
        if (arguments is [SelectExpr { IsOptional: false, IsTest: false } select])
        {
            return new SelectExpr(select.Position, select.Operand, select.Field) { IsTest = true };
        }

        throw new SyntaxException(arguments.Length == 1 ? arguments[0].Position : position, "invalid argument to has() macro");
    }

    /// <summary>The node of a macro, or null when the call is an ordinary one.</summary>
    /// <param name="hasBindings">Whether <c>cel.bind</c> is one.</param>
    public static Expr? Expand(int position, string name, Expr target, Expr[] arguments, bool hasBindings)
    {
        switch (name, arguments.Length)
        {
            case ("all", 2): return Predicate(ComprehensionKind.All);
            case ("exists", 2): return Predicate(ComprehensionKind.Exists);
            case ("exists_one" or "existsOne", 2): return Predicate(ComprehensionKind.ExistsOne);
            case ("filter", 2): return Predicate(ComprehensionKind.Filter);
            case ("map", 2): return Make(ComprehensionKind.Map, Variable(0), null, null, arguments[1]);
            case ("map", 3): return Make(ComprehensionKind.Map, Variable(0), null, arguments[1], arguments[2]);
            case ("all", 3): return Make(ComprehensionKind.All, Variable(0), Second(), arguments[2], null);
            case ("exists", 3): return Make(ComprehensionKind.Exists, Variable(0), Second(), arguments[2], null);
            case ("exists_one" or "existsOne", 3): return Make(ComprehensionKind.ExistsOne, Variable(0), Second(), arguments[2], null);
            case ("transformList", 3): return Make(ComprehensionKind.TransformList, Variable(0), Second(), null, arguments[2]);
            case ("transformList", 4): return Make(ComprehensionKind.TransformList, Variable(0), Second(), arguments[2], arguments[3]);
            case ("transformMap", 3): return Make(ComprehensionKind.TransformMap, Variable(0), Second(), null, arguments[2]);
            case ("transformMap", 4): return Make(ComprehensionKind.TransformMap, Variable(0), Second(), arguments[2], arguments[3]);
            case ("transformMapEntry", 3): return Make(ComprehensionKind.TransformMapEntry, Variable(0), Second(), null, arguments[2]);
            case ("transformMapEntry", 4): return Make(ComprehensionKind.TransformMapEntry, Variable(0), Second(), arguments[2], arguments[3]);
            case ("bind", 3) when hasBindings && target is IdentExpr { Name: "cel" }:
                return new BindExpr(position, BindKind.Bind, Variable(0), arguments[1], arguments[2]);
            case ("optMap", 2): return new BindExpr(position, BindKind.OptionalMap, Variable(0), target, arguments[1]);
            case ("optFlatMap", 2): return new BindExpr(position, BindKind.OptionalFlatMap, Variable(0), target, arguments[1]);
            case ("sortBy", 2): return new BindExpr(position, BindKind.SortBy, Variable(0), target, arguments[1]);
            default: return null;
        }

        Expr Predicate(ComprehensionKind kind) => Make(kind, Variable(0), null, arguments[1], null);

        ComprehensionExpr Make(ComprehensionKind kind, string first, string? second, Expr? predicate, Expr? transform)
            => new(position, kind, name, target, first, second, predicate, transform);

        string Second()
        {
            var second = Variable(1);
            return second == Variable(0) ? throw new SyntaxException(arguments[1].Position, $"duplicate variable name: {second}") : second;
        }

        string Variable(int index) => arguments[index] is IdentExpr ident
            ? ident.Name
            : throw new SyntaxException(arguments[index].Position, name == "bind" ? "cel.bind() variable names must be simple identifiers" : "argument must be a simple name");
    }
}
