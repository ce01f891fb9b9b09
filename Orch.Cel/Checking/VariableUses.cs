using Orch.Cel.Syntax;

namespace Orch.Cel.Checking;

/// <summary>Tells whether a checked tree reads a variable.</summary>
internal static class VariableUses
{
    public static bool Of(Expr tree, int variable) => ExprWalk.Any(tree, node => node is IdentExpr ident && ident.Variable == variable);
}
