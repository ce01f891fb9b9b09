using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Orch.Cel.Json;

namespace Orch.Cel.Bench;

/// <summary>What a policy costs for each object: compile once, evaluate often.</summary>
[MemoryDiagnoser]
public class PolicyBench
{
    private const string Expression = "object.spec.containers.all(c, c.image.startsWith('registry.local/') && (!has(c.securityContext) || !c.securityContext.privileged)) && object.metadata.name.matches('^[a-z0-9-]+$')";
    private const string Pod = """
        {"metadata":{"name":"web-0","labels":{"app":"web"}},"spec":{"containers":[
        {"name":"a","image":"registry.local/web:1","securityContext":{"privileged":false}},{"name":"b","image":"registry.local/side:2"}]}}
        """;

    private readonly CelEnvironment _environment = CelEnvironment.Kubernetes.Extend(builder => builder.AddVariable("object", CelType.Dyn));
    private readonly JsonDocument _document = JsonDocument.Parse(Pod);
    private readonly CelProgram _program;
    private readonly CelProgram _arithmetic;

    public PolicyBench()
    {
        _program = _environment.Compile(Expression, CelType.Bool).ToProgram();
        _arithmetic = _environment.Compile("1 + 2 * 3 == 7 && 'abc'.size() == 3", CelType.Bool).ToProgram();
    }

    [Benchmark]
    public bool EvaluatePolicy()
        => _program.Evaluate(new CelBindings(_environment).Set("object", CelJsonElement.Reader.ToValue(_document.RootElement, CelType.Dyn))).Value.IsTrue;

    [Benchmark]
    public bool EvaluateArithmetic() => _arithmetic.Evaluate(new CelBindings(_environment)).Value.IsTrue;

    [Benchmark]
    public CelProgram Compile() => _environment.Compile(Expression, CelType.Bool).ToProgram();
}
