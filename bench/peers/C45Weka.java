// WEKA J48's side of the C4.5 benchmark: the seconds of buildClassifier alone, after the data are in
// memory, the best of three after a warm-up. Compiled by c45_weka.py against the jar that Maven fetches.

import java.io.DataInputStream;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import weka.classifiers.trees.J48;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instances;

public class C45Weka {
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[0]), columns = Integer.parseInt(args[1]);
    ArrayList<Attribute> attributes = new ArrayList<>();
    for (int c = 0; c < columns; c++) attributes.add(new Attribute("x" + c));
    attributes.add(new Attribute("y", Arrays.asList("0", "1")));
    Instances data = new Instances("data", attributes, rows);
    data.setClassIndex(columns);
    double[][] values = new double[rows][columns + 1];
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(args[2]), 1 << 20))) {
      byte[] row = new byte[8 * columns];
      for (int r = 0; r < rows; r++) {
        in.readFully(row);
        ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values[r], 0, columns);
      }
      for (int r = 0; r < rows; r++) values[r][columns] = in.readByte();
    }
    for (int r = 0; r < rows; r++) data.add(new DenseInstance(1.0, values[r]));
    double best = Double.MAX_VALUE;
    J48 tree = null;
    for (int i = 0; i < 3; i++) {
      tree = new J48();
      long start = System.nanoTime();
      tree.buildClassifier(data);
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    System.out.println("{\"seconds\": " + best + ", \"leaves\": " + (int) tree.measureNumLeaves()
        + ", \"nodes\": " + (int) tree.measureTreeSize() + "}");
  }
}
